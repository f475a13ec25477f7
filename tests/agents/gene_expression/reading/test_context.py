"""What a sentence takes from the sentences before it: gene, place and stage."""

from __future__ import annotations

import pytest

from curation_kit.agents.gene_expression import GeneExpressionAgent


@pytest.fixture
def read(make_paper):
    """Read sections about the mouse; give what each record says and its quote."""

    def run(*sections):
        paper = make_paper(*sections)
        records = GeneExpressionAgent({"species": ["mouse"]}).extract(paper)
        return {
            (
                ("not " if one.negated else "") + one.gene_symbol,
                one.anatomy_label,
                one.stage_label,
            ): one.evidence[0].quote
            for one in records
        }

    return run


def test_a_stage_holds_for_the_rest_of_its_paragraph(read):
    """Until another is named, or the paragraph ends."""
    text = (
        "At E12.5, Sox9 was expressed in the liver. Sox9 was also seen in the lung.\n\n"
        "Pax6 was expressed in the retina."
    )
    found = read(("results", text))
    assert {*found} == {
        ("Sox9", "liver", "E12.5"),
        ("Sox9", "lung", "E12.5"),
        ("Pax6", "retina", None),
    }
    # The quote has all that the record says.
    assert found["Sox9", "lung", "E12.5"].startswith("At E12.5")


def test_a_stage_without_a_number_ends_the_one_before(read):
    """What is told after it is no longer about that one."""
    text = (
        "At E12.5, Sox9 was seen in the liver. In adults, Sox9 was seen in the lung. "
        "Sox9 was also seen in the eye."
    )
    assert ("Sox9", "eye", None) in read(("results", text))


@pytest.mark.parametrize(
    "signal", ["Fluorescence", "GFP", "Variable weak expression", "The gene"]
)
def test_a_reporter_is_that_of_the_gene_named_last(read, signal):
    """What is seen of it stands for its gene."""
    text = f"A Sox9-GFP reporter was expressed. {signal} was seen in the lung."
    assert ("Sox9", "lung", None) in read(("results", text))


def test_a_summary_has_no_stage_of_the_sentence_before(read):
    """What sums up is not about one stage."""
    text = (
        "At E12.5, Sox9 was expressed in the liver. "
        "Our data showed that Sox9 is expressed in the lung."
    )
    assert ("Sox9", "lung", "E12.5") not in read(("results", text))


def test_a_signal_is_that_of_the_gene_named_last(read):
    """Also when the sentence before only says what was looked for."""
    text = (
        "We examined the expression of Sox9 by in situ hybridization. "
        "No signal was detected in the liver at E9.5. "
        "A weak signal was detected in the lung at E11.5."
    )
    found = read(("results", text))
    assert {*found} == {
        ("not Sox9", "liver", "E9.5"),
        ("Sox9", "lung", "E11.5"),
    }
    assert all("Sox9" in quote for quote in found.values())


@pytest.mark.parametrize(
    "between",
    [
        "We examined the expression of Sox9 and Pax6 in embryos.",
        "Sox9 was previously shown to be expressed in the eye [3].",
    ],
)
def test_a_signal_is_of_no_gene_if_that_is_not_clear(read, between):
    """Two genes, or one that only others have reported on."""
    assert not read(("results", f"{between} A signal was detected in the liver."))


def test_a_stain_is_no_signal_of_the_gene(read):
    """X-Gal shows the driver's lineage."""
    text = "We examined expression of Sox9. X-Gal staining was detected in the liver."
    assert not read(("results", text))


def test_a_list_goes_on_after_semicolons(read):
    """Legends list places panel by panel."""
    text = (
        "At E12.5, Sox9 is expressed in the liver (a and b); lung and kidney (c); "
        "and the heart (d)."
    )
    assert {*read(("results", text))} == {
        ("Sox9", place, "E12.5") for place in ("liver", "lung", "kidney", "heart")
    }


def test_what_is_complementary_has_its_own_place(read):
    """Each gene stays with its own."""
    text = (
        "Sox9 expression in the liver is complementary to Pax6 expression in the lung."
    )
    assert {*read(("results", text))} == {
        ("Sox9", "liver", None),
        ("Pax6", "lung", None),
    }


def test_what_a_gene_is_does_not_hide_where_it_is(read):
    """An apposition stands between the gene and its verb."""
    text = "Sox9, a member of a family of regulators, was found in the liver."
    assert {*read(("results", text))} == {("Sox9", "liver", None)}


def test_genes_of_every_experiment_are_not_recorded(read):
    """They tell which cells divide."""
    assert not read(("results", "Mki67 was expressed in the liver at E12.5."))


def test_a_bare_place_is_the_one_named_before(read):
    """But not if the sentence before names two that it could be."""
    bones = "Sox9 was found in the frontal bones. Pax6 is seen throughout the bone."
    assert ("Pax6", "frontal bones", None) in read(("results", bones))
    either = bones.replace("the frontal bones", "the frontal and parietal bones")
    assert ("Pax6", "bone", None) in read(("results", either))


def test_a_time_of_its_own_keeps_the_stage_before_off(read):
    """“Postnatal” is no stage to record, and not E12.5 either."""
    text = (
        "At E12.5, Sox9 was expressed in the liver. "
        "Sox9 was also seen in the postnatal lung."
    )
    assert ("Sox9", "lung", "E12.5") not in read(("results", text))


def test_a_level_that_fell_is_gone_on_about(read):
    """The gene of the first clause is what was still seen."""
    text = "The Sox9 signal was reduced but was still detected in the lung."
    assert {*read(("results", text))} == {("Sox9", "lung", None)}


def test_cells_named_by_a_number_are_those_of_the_paper(make_paper):
    """The evidence has the words that tell which cells they are."""
    text = "Cluster 3 represents hepatocytes. We saw expression of Alb in cluster 3."
    paper = make_paper(("results", text))
    (record,) = GeneExpressionAgent({"species": ["mouse"]}).extract(paper)
    assert record.anatomy_label == "hepatocytes"
    assert [one.quote for one in record.evidence] == [
        "We saw expression of Alb in cluster 3.",
        "Cluster 3 represents hepatocytes",
    ]


def test_embryos_have_no_stage_after_birth_of_a_figure(make_paper):
    """Its legend is then about other animals."""
    sections = (
        ("results", "elt-2 was expressed in the intestine in embryos (Figure 1)."),
        ("figure legend", "Figure 1. elt-2 is expressed in the intestine at the {}."),
    )

    def stages(legend):
        paper = make_paper(sections[0], (sections[1][0], sections[1][1].format(legend)))
        records = GeneExpressionAgent({"species": ["worm"]}).extract(paper)
        return [one.stage_label for one in records]

    assert stages("L1 stage") == ["embryos", "L1 stage"]
    assert stages("2-cell stage") == ["2-cell stage"]


@pytest.mark.parametrize(
    ("sentence", "held"),
    [
        ("Sox9 was also seen in the lung.", True),
        ("Our data show that Sox9 is expressed in the lung.", False),
        ("Our data show that Sox9 is expressed in the lung at this stage.", True),
        ("Sox9 was seen in the lung later.", False),
        ("Sox9 was also seen in the lung (data not shown).", False),
    ],
)
def test_a_figure_holds_for_the_rest_of_its_paragraph(read, sentence, held):
    """Until another is cited, where the text is still about one time."""
    found = read(
        ("results", f"Sox9 was detected in the liver (Figure 1A). {sentence}"),
        ("figure legend", "Figure 1. Sections of mice at E12.5. (A) A liver."),
    )
    assert (("Sox9", "lung", "E12.5") in found) is held
