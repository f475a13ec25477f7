from __future__ import annotations

import math

from gold_rows import MYO, NOT, UNC, table

from curation_kit.evaluation import evaluate


def test_gene_by_id_else_by_symbol():
    """Ids decide where both rows have one; else symbols without case."""
    no_id = ("a.pdf", "MYO-2", "", *MYO[3:])
    assert evaluate(table(no_id), table(MYO)).f1 == 1.0
    renamed = ("a.pdf", "other", *MYO[2:])
    assert evaluate(table(renamed), table(MYO)).f1 == 1.0
    other_id = ("a.pdf", "myo-2", "WB:9", *MYO[3:])
    assert evaluate(table(other_id), table(MYO)).f1 == 0.0


def test_anatomy_by_id_else_by_label():
    """The same rule holds for places; two rows without place agree."""
    no_id = (*MYO[:3], " Pharynx ", None, *MYO[5:])
    assert evaluate(table(no_id), table(MYO)).f1 == 1.0
    other_id = (*MYO[:4], "WBbt:9", *MYO[5:])
    assert evaluate(table(other_id), table(MYO)).f1 == 0.0
    nowhere = (*MYO[:3], None, float("nan"), *MYO[5:])
    assert evaluate(table(nowhere), table(nowhere)).f1 == 1.0
    assert evaluate(table(nowhere), table(MYO)).f1 == 0.0


def test_stage_counts_only_where_gold_has_one():
    """A gold row without a stage matches any stage, one with a stage only its own."""
    staged = (*UNC[:5], "L4", "WBls:4", False)
    assert evaluate(table(staged), table(UNC)).f1 == 1.0
    stageless = (*MYO[:5], None, None, False)
    assert evaluate(table(stageless), table(MYO)).f1 == 0.0
    assert evaluate(table(stageless), table(MYO), fields=["gene", "anatomy"]).f1 == 1.0


def test_fields_among_matched_genes():
    """A wrong stage costs the stage's score, not that of gene and place."""
    late = (*MYO[:5], "adult Ce", "WBls:9", False)
    fields = evaluate(table(late, NOT), table(MYO, UNC), all_papers=True).fields
    assert fields.loc["gene", ["precision", "recall"]].tolist() == [1 / 2, 1 / 2]
    assert fields.loc["anatomy", ["precision", "recall"]].tolist() == [1.0, 1.0]
    assert fields.loc["stage", ["precision", "recall"]].tolist() == [0.0, 0.0]
    assert fields.loc["negated", "gold"] == 1


def test_a_gene_is_found_by_any_of_its_names():
    """Whichever of the rows with its identifier comes last."""
    alias = (MYO[0], "CELE_T18D3.4", *MYO[2:3], "gut", "WBbt:5", *MYO[5:])
    gold = table((MYO[0], "myo-2", None, *MYO[3:]))
    for rows in ((MYO, alias), (alias, MYO)):
        result = evaluate(table(*rows), gold)
        assert result.fields.loc["gene", ["found", "found_right"]].tolist() == [1, 1]


def test_gold_rows_say_nothing_of_what_they_leave_empty():
    """A gold row of a gene only matches wherever it was found, but for negation."""
    gene = ("a.pdf", "myo-2", *[None] * 5, False)
    assert evaluate(table(MYO), table(gene)).f1 == 1.0
    assert evaluate(table((*MYO[:7], True)), table(gene)).f1 == 0.0


def test_components_count_and_assays_where_asked_for():
    """In rows and as fields; of a field nobody gives there is no score."""
    found = table(MYO).assign(cellular_component_label="nucleus", assay="in situ")
    gold = table(MYO).assign(cellular_component_label="Nuclei", assay="western")
    assert evaluate(found, gold).fields.loc["component", "f1"] == 1.0
    assert evaluate(found, gold, match="exact").f1 == 0.0
    assert "assay" not in evaluate(found, gold).fields.index
    judged = evaluate(found, gold, fields=["gene", "assay"])
    assert (judged.f1, judged.fields.loc["assay", "f1"]) == (0.0, 0.0)
    assert math.isnan(evaluate(table(MYO), table(MYO)).fields.loc["component", "f1"])
