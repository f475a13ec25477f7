"""Each value of a record stands in its evidence, and `why` says where it is from."""

from __future__ import annotations

import pytest

from curation_kit.agents.gene_expression import GeneExpressionAgent


@pytest.fixture
def read(make_paper):
    """Read sections about the mouse; give the records and the paper."""

    def run(*sections):
        paper = make_paper(*sections)
        return list(GeneExpressionAgent({"species": ["mouse"]}).extract(paper)), paper

    return run


def mentioned(record, paper):
    """Words of the paper that tell each column, with the number of their quote."""
    return {
        (number, one.column, paper.text.text[one.start : one.end])
        for number, evidence in enumerate(record.evidence)
        for one in evidence.mentions
    }


def test_a_stage_of_a_legend_has_its_quote(read):
    """The sentence cites the panel, and the legend tells how old the animal was."""
    (record,), paper = read(
        ("results", "Sox9 was expressed in the liver (Figure 1B)."),
        ("figure legend", "Figure 1. Sections of embryos. (A) E10.5. (B) E12.5."),
    )
    assert record.stage_label == "E12.5"
    first, legend = record.evidence
    assert "E12.5" not in first.quote
    assert "E12.5" in legend.quote
    assert (legend.verification, legend.section) == ("verified", "figure legend")
    assert (1, "stage_label", "E12.5") in mentioned(record, paper)
    assert 'stage "E12.5" from the legend of Figure 1' in record.why
    assert first.flags == legend.flags == []


def test_a_stage_far_before_in_the_paragraph_has_its_quote(read):
    """The quote is not widened without end."""
    filler = "The slides were looked at " + "with great care " * 40 + "by two people."
    text = f"Expression was studied at E12.5. {filler} Sox9 was expressed in the liver."
    (record,), paper = read(("results", text))
    assert record.stage_label == "E12.5"
    assert [one.quote for one in record.evidence] == [
        "Sox9 was expressed in the liver.",
        "Expression was studied at E12.5.",
    ]
    assert (1, "stage_label", "E12.5") in mentioned(record, paper)
    assert 'stage "E12.5" from the text before' in record.why


def test_a_stage_of_the_sentence_before_is_said_to_be(read):
    """The quote holds both sentences."""
    records, _ = read(
        (
            "results",
            "At E12.5, Sox9 was expressed in the liver. Sox9 was seen in the lung.",
        )
    )
    liver, lung = records
    assert "from the" not in liver.why
    assert 'stage "E12.5" from the sentence before' in lung.why
    assert len(lung.evidence) == 1


def test_a_gene_before_is_quoted_though_its_stage_is_in_a_legend(read):
    """What stands near widens the quote; what is far has its own."""
    (record,), paper = read(
        (
            "results",
            (
                "We examined the expression of Sox9 by in situ hybridization. "
                "A signal was detected in the liver (Figure 1B)."
            ),
        ),
        ("figure legend", "Figure 1. Sections of embryos. (A) E10.5. (B) E12.5."),
    )
    assert {(0, "gene_symbol", "Sox9"), (1, "stage_label", "E12.5")} <= mentioned(
        record, paper
    )
    assert 'the gene "Sox9" from the sentence before' in record.why


def test_a_bare_place_is_quoted_with_the_sentence_that_names_it(read):
    """“The bone” alone does not tell which."""
    records, paper = read(
        (
            "results",
            "Sox9 was found in the frontal bones. Pax6 is seen throughout the bone.",
        )
    )
    pax = records[1]
    assert pax.anatomy_label == "frontal bones"
    assert (1, "anatomy_label", "frontal bones") in mentioned(pax, paper)
    assert 'anatomy "frontal bones" from the sentence before' in pax.why


def test_a_stage_of_a_group_has_its_quote(read):
    """The name of a group tells cells and stage."""
    (record,), paper = read(
        (
            "results",
            (
                "Cluster 3 represents hepatocytes at E14. "
                "We saw expression of Alb in cluster 3."
            ),
        )
    )
    assert record.stage_label == "E14"
    assert (1, "stage_label", "E14") in mentioned(record, paper)


@pytest.mark.parametrize(
    ("sentences", "more"),
    [
        (["Pax6 was seen in the retina at E10.5."], " 1 more sentence says so."),
        (["Pax6 was seen in the retina."], " 1 sentence tells a part of it."),
        (
            ["Pax6 was seen in the retina.", "Pax6 was seen in the retina at E10.5."],
            " 1 more sentence says so. 1 sentence tells a part of it.",
        ),
        (["Sox9 was seen in the retina at E10.5."], ""),
    ],
)
def test_only_sentences_that_say_all_say_so(read, sentences, more):
    """Not those without the stage, nor those about another gene."""
    text = "\n\n".join(["Pax6 was detected in the retina at E10.5.", *sentences])
    record = read(("results", text))[0][0]
    assert f'stage "E10.5".{more} By its words' in record.why


MUTANT = "In Fgf9-/- gonads, Sox9 was no longer detectable (Figure 1)."


def test_what_changes_in_mutants_is_for_a_curator_to_look_at(read):
    """The control is meant, and the quote reads as the opposite."""
    (record,), _ = read(("results", MUTANT))
    assert not record.negated
    assert "concluded from what changes in mutants" in record.why
    assert record.evidence[0].flags == ["concluded from what changes in mutants"]


def test_a_plain_statement_is_better_than_a_conclusion(read):
    """Then there is nothing to look at."""
    plain = "Sox9 was detected in gonads (Figure 1)."
    (record,), _ = read(("results", f"{MUTANT}\n\n{plain}"))
    assert record.evidence[0].quote == plain
    assert record.evidence[0].flags == []
    assert "mutants" not in record.why
    assert "1 sentence tells a part of it" in record.why


def test_a_gene_under_another_name_is_told_with_it(read):
    """The column has the symbol, the quote the words."""
    (record,), _ = read(("results", "Ephrin-B1 was expressed in the liver."))
    assert record.gene_symbol.upper() == "EFNB1"
    assert f'the gene "{record.gene_symbol}" (here "Ephrin-B1") with' in record.why


def test_an_adjective_tells_its_component(read):
    """Nothing has to be looked for: "nuclear" is of the nucleus."""
    (record,), _ = read(("results", "Nuclear Pax6 was detected in the lens."))
    assert record.cellular_component_label == "nucleus"
    assert 'component "nucleus" (here "Nuclear")' in record.why
    assert record.evidence[0].flags == []
