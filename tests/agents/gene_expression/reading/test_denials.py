"""What is denied, and how far a denial reaches."""

from __future__ import annotations

import pytest

from curation_kit.agents.gene_expression import GeneExpressionAgent

LENS, LIVER = ("Pax6", "lens", False), ("Pax6", "liver", True)


@pytest.fixture
def read(make_paper):
    """Give what a mouse paper states: gene, place and stage."""

    def run(text):
        records = GeneExpressionAgent({"species": ["mouse"]}).extract(
            make_paper(("results", text))
        )
        return {
            ("not " if one.negated else "")
            + "/".join(
                filter(None, (one.gene_symbol, one.anatomy_label, one.stage_label))
            )
            for one in records
        }

    return run


@pytest.mark.parametrize(
    "said",
    [
        "is no longer expressed in the retina",
        "was no longer detectable in the retina",
        "is not yet expressed in the retina",
        "expression in the retina was not yet seen",
    ],
)
def test_a_gene_is_not_there_any_more_or_yet(read, said):
    """The stage is that of the denial."""
    assert read(f"Pax6 {said} at E12.5.") == {"not Pax6/retina/E12.5"}


def test_no_longer_at_a_later_stage(read):
    """Each stage has its own sign."""
    text = "Pax6 expression begins in the lens at E9.5 and is no longer seen at E13.5."
    assert read(text) == {"Pax6/lens/E9.5", "not Pax6/lens/E13.5"}


@pytest.mark.parametrize(
    "said",
    ["that no longer divide", "that are no longer dividing", "that are not yet mature"],
)
def test_what_cells_do_not_do_any_more_denies_no_gene(read, said):
    """The cells have it."""
    assert read(f"Pax6 is expressed in retinal cells {said}.") == {"Pax6/retinal cells"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Pax6 was expressed at E12.5 in the lens and is restricted to the retina.",
            {"Pax6/lens/E12.5", "Pax6/retina/E12.5"},
        ),
        (
            "Retinal cells that no longer express Pax6 were found.",
            {"not Pax6/Retinal cells"},
        ),
    ],
)
def test_what_goes_on_with_one_sign_is_read_as_one(read, text, expected):
    """Nothing is denied before, and no other gene is named."""
    assert read(text) == expected


@pytest.mark.parametrize("but", ["do not", "did not", "no longer"])
def test_what_cells_do_not_express_is_another_gene(read, but):
    """The cells have the first."""
    text = f"Pax6 was seen in retinal cells that {but} express Sox9."
    assert read(text) == {"Pax6/retinal cells"}


@pytest.mark.parametrize(
    "said",
    [
        "expression was lost from the retina by E12.5",
        "expression was lost in the retina by E12.5",
        "expression disappeared from the retina by E12.5",
        "expression had vanished from the dorsal retina",
    ],
)
def test_a_gene_is_not_where_it_is_lost_from(read, said):
    """It is said of a time at which it is gone."""
    assert read(f"Pax6 {said}.") == set()


def test_a_gene_was_there_before_it_was_lost(read):
    """What else the sentence says is kept."""
    text = "Pax6 is seen in the retina at E10.5 and disappears from the retina by E14.5"
    assert read(f"{text}.") == {"Pax6/retina/E10.5"}


@pytest.mark.parametrize(
    "text",
    [
        "Fgf8 expression ceases in the limb bud at E13.5.",
        "Fgf8 expression ceases at E13.5 in the limb bud.",
        "By E13.5, Fgf8 expression has ceased in the limb bud.",
    ],
)
def test_the_stage_at_which_expression_ends_is_left_out(read, text):
    """It was there before."""
    assert read(text) == {"Fgf8/limb bud"}


def test_what_mutants_have_lost_their_controls_have(read):
    """A figure shows both, at that stage."""
    text = "In Shh mutants, Nkx2-1 expression was lost from the lung by E12.5 (Fig. 2)."
    assert read(text) == {"Nkx2-1/lung/E12.5"}


@pytest.mark.parametrize(
    "rest",
    [
        "and never seen in the liver",
        ", never in the liver",
        "and none in the liver",
        "and has not been seen in the liver",
        "and had never been detected in the liver",
        "and is not yet seen in the liver",
        "and is no longer seen in the liver",
        "and was seen neither in the liver",
        "and was negative in the liver",
        "and was completely absent from the liver",
        "and undetected in the liver",
        "and we never saw it in the liver",
    ],
)
def test_a_denial_does_not_reach_what_stands_before_it(places, rest):
    """Each part has its own sign."""
    text = f"Pax6 expression was restricted to the lens {rest}.".replace(" ,", ",")
    assert places(text) == {LENS, LIVER}


@pytest.mark.parametrize(
    "rest",
    [
        "and could never be found in the liver",
        "and failed to accumulate in the liver",
        "and lacked expression in the liver",
        "and missing from the liver",
        "and negative in the liver",
        ", being absent from the liver",
    ],
)
def test_nor_where_the_denial_is_not_read(places, rest):
    """What is not read gets no sign."""
    text = f"Pax6 expression was restricted to the lens {rest}.".replace(" ,", ",")
    assert LENS in places(text) <= {LENS, LIVER}


@pytest.mark.parametrize(
    "rest", ["and was restricted to the lens", "and confined to the lens"]
)
def test_a_denial_does_not_reach_what_stands_after_it(places, rest):
    """Nor without a comma."""
    assert places(f"Pax6 was not seen in the liver {rest}.") == {LENS, LIVER}


@pytest.mark.parametrize(
    "place",
    ["descendants of cells of the heart", "the progeny of the cells of the heart"],
)
def test_descendants_of_the_cells_of_a_place_are_elsewhere(places, place):
    """The word between changes nothing."""
    assert places(f"Nkx2-5 is expressed in {place}.") == set()


@pytest.mark.parametrize(
    "text",
    [
        "Pax6 was seen in the lens and nowhere seen in the liver.",
        "Pax6 was seen in the lens, and nowhere in the liver.",
    ],
)
def test_nowhere_denies(read, text):
    """A place is named for which it holds."""
    assert read(text) == {"Pax6/lens", "not Pax6/liver"}


@pytest.mark.parametrize(
    "rest",
    [
        "and nowhere else",
        "but nowhere else in the eye",
        "nowhere else in the head",
        "and nowhere else in the nervous system",
    ],
)
def test_nowhere_else_stresses_the_place_before(read, rest):
    """Nothing is read of what it names, neither that it is there nor that it is not."""
    assert read(f"Pax6 was seen in the lens, {rest}.") == {"Pax6/lens"}


def test_nowhere_else_leaves_the_stage(make_paper):
    """It holds for the whole sentence."""
    text = "Pax6 was seen in the lens, but nowhere else in the eye at E12.5."
    paper = make_paper(("results", text))
    [record] = GeneExpressionAgent({"species": ["mouse"]}).extract(paper)
    assert (record.anatomy_label, record.stage_label) == ("lens", "E12.5")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Pax6 was detected, nowhere more strongly than in the lens.", {"lens"}),
        (
            "Pax6 was seen nowhere near as often in the liver as in the lens.",
            {"liver", "lens"},
        ),
    ],
)
def test_nowhere_more_or_near_denies_nothing(read, text, expected):
    """They compare."""
    assert read(text) == {f"Pax6/{place}" for place in expected}
