"""Patterns that say less are folded into those that say more."""

from __future__ import annotations

import re

import pytest

from curation_kit.agents.gene_expression import GeneExpressionAgent


def rows(records):
    """Gene, place and stage of each record."""
    return [(one.gene_symbol, one.anatomy_label, one.stage_label) for one in records]


def extract(paper, species="mouse"):
    """Records of a paper of one species."""
    return list(GeneExpressionAgent({"species": [species]}).extract(paper))


def test_record_without_stage_joins_the_only_one_with_a_stage(make_paper):
    """Its sentence is kept as evidence, after the one that says all."""
    first = "Pax6 was expressed in the retina."
    second = "Pax6 was detected in the retina at E10.5."
    records = extract(make_paper(("results", f"{first} {second}")))
    assert rows(records) == [("Pax6", "retina", "E10.5")]
    assert [one.quote for one in records[0].evidence] == [second, first]


def test_record_without_stage_joins_the_first_of_several(make_paper):
    """Beside those with a stage it tells a curator nothing new."""
    text = (
        "Pax6 was expressed in the retina. Pax6 was detected in the retina at E10.5. "
        "Pax6 was seen in the retina at E11.5."
    )
    records = extract(make_paper(("results", text)))
    assert rows(records) == [("Pax6", "retina", "E10.5"), ("Pax6", "retina", "E11.5")]
    assert [len(one.evidence) for one in records] == [2, 1]


def test_negated_record_does_not_join(make_paper):
    """That a gene is absent says nothing of where it is."""
    text = "Pax6 was absent from the retina. Pax6 was seen in the retina at E10.5."
    assert len(extract(make_paper(("results", text)))) == 2


def test_title_sums_up(make_paper):
    """What only the title states joins the first that says more."""
    records = extract(
        make_paper(
            ("title", "Expression of Pax6 in the retina"),
            ("results", "Pax6 was seen in the retina at E10.5."),
            ("results", "Pax6 was found in the retina at E11.5."),
        )
    )
    assert rows(records) == [
        ("Pax6", "retina", "E10.5"),
        ("Pax6", "retina", "E11.5"),
    ]


def test_two_words_for_one_stage_are_one_record(make_paper):
    """E10.5 and 10.5 dpc are the same stage."""
    text = "Pax6 was seen in the retina at E10.5. Pax6 was in the retina at 10.5 dpc."
    assert len(extract(make_paper(("results", text)))) == 1


def test_sentence_may_begin_in_lower_case(make_paper):
    """Symbols of fly, fish and worm genes keep their case at the start."""
    text = (
        "foxd3 was expressed in the neural crest at 11 hpf. sox10 was expressed in "
        "the otic vesicle at 24 hpf."
    )
    records = extract(make_paper(("results", text)), "zebrafish")
    assert rows(records) == [
        ("foxd3", "neural crest", "11 hpf"),
        ("sox10", "otic vesicle", "24 hpf"),
    ]


def test_plants_are_no_supported_species(make_paper):
    """A paper that names plants most is not read as one of man."""
    text = (
        "In Arabidopsis seedlings and tomato plants PAX6 was expressed in the root, "
        "unlike in humans."
    )
    paper = make_paper(("results", text))
    assert list(GeneExpressionAgent().extract(paper)) == []
    assert "plants" in paper.ledger.notes[0]


@pytest.mark.parametrize(
    "parts",
    [
        (("abstract", "Pax6 is expressed in the brain."),),
        (("results", "In summary, Pax6 is expressed in the brain."),),
        (("results", "Expression of Pax6 in the brain"),),
    ],
)
def test_what_only_sums_up_is_left_out(make_paper, parts):
    """The details of the results are the findings; the ledger says why."""
    paper = make_paper(*parts, ("results", "Pax6 was seen in the retina at E10.5."))
    assert rows(extract(paper)) == [("Pax6", "retina", "E10.5")]
    assert paper.ledger.dropped == {"summary": 1}
    assert len(extract(make_paper(*parts))) == 1


def test_why_tells_rule_words_and_class(make_paper):
    """The curator reads what spoke for a record."""
    (record,) = extract(make_paper(("results", "Pax6 was expressed in the retina.")))
    assert record.why.startswith(
        'The results section names the gene "Pax6" with "expressed" and anatomy '
        '"retina". By its words it is '
    )
    assert re.search(r"\(probability [01]\.\d\d\)\.$", record.why)


def test_what_only_the_abstract_tells_in_full_is_kept(make_paper):
    """Place and stage are more than a summary."""
    records = extract(
        make_paper(
            ("abstract", "Pax6 is expressed in the brain at E9.5, not in the heart."),
            ("results", "Pax6 was seen in the retina at E10.5."),
        )
    )
    assert ("Pax6", "brain", "E9.5") in rows(records)
