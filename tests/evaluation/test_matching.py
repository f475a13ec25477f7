from __future__ import annotations

import pytest

from curation_kit.errors import CurationKitError
from curation_kit.evaluation import Matcher, Name

WORM = frozenset({"worm"})
ANY = frozenset[str]()


def agree(match, field, one, other, *, within=1, species=WORM):
    """Whether two names agree, each a label or an identifier and a label."""
    names = [
        Name(*name) if isinstance(name, tuple) else Name("", name)
        for name in (one, other)
    ]
    verdicts = {
        Matcher(match, within).agree(field, *pair, species)
        for pair in (names, names[::-1])
    }
    assert len(verdicts) == 1, "the order must not matter"
    return verdicts.pop()


@pytest.mark.parametrize(
    ("field", "one", "other", "same"),
    [
        ("gene", "acs-1", "ACS-1", True),
        ("gene", "Hox A11", "Hoxa-11", True),
        ("gene", "Sos", "So", False),  # the plural rule is not for genes
        ("anatomy", "Pharyngeal muscle cells", "pharyngeal-muscle cell", True),
        ("anatomy", "pharynx", "pharyngeal muscle", False),
        ("anatomy", "", "pharynx", False),
        ("stage", "L4 larvae", "l4 larva", True),
        ("negated", "true", "false", False),
        ("assay", "In situ hybridization", "in-situ hybridization", True),
    ],
)
def test_labels_agree_whatever_case_hyphens_and_plural(field, one, other, same):
    """The matching "label"; "exact" wants them letter by letter."""
    assert agree("label", field, one, other) is same
    assert not agree("exact", field, one, other)
    assert agree("exact", field, one, one)


def test_identifiers_decide_where_both_have_one_of_the_same_source():
    """Labels do where only one has, or they are of different sources."""
    one = ("WB:WBGene00003514", "myo-2")
    assert agree("exact", "gene", one, ("WB:WBGene00003514", "other"))
    assert not agree("exact", "gene", one, ("WB:WBGene00000001", "myo-2"))
    assert agree("exact", "gene", one, "myo-2")
    assert agree("exact", "gene", one, ("NCBIGene:181404", "myo-2"))
    assert not agree("exact", "gene", one, ("NCBIGene:181404", "other"))


@pytest.mark.parametrize(
    ("field", "one", "other", "species"),
    [
        ("gene", ("MGI:98834", "Trp53"), "p53", "mouse"),
        ("anatomy", ("UBERON:0000965", "lens of camera-type eye"), "lens", "mouse"),
        ("stage", ("WBls:0000024", "L1 larva Ce"), "L1", "worm"),
    ],
)
def test_a_label_may_be_another_name_of_the_identifier(field, one, other, species):
    """Unless letters count, or neither has an identifier, or it is another's name."""
    assert agree("label", field, one, other, species=frozenset({species}))
    assert not agree("exact", field, one, other)
    assert not agree("label", field, one[1], other, species=frozenset({species}))
    assert not agree("label", field, (f"{one[0]}9", one[1]), other)


@pytest.mark.parametrize(
    ("field", "one", "other"),
    [
        ("gene", ("MGI:98834", "Trp53"), ("NCBIGene:22059", "p53")),
        ("anatomy", ("UBERON:0000965", "lens of camera-type eye"), ("EMAPA:1", "lens")),
        ("anatomy", ("UBERON:0000965", "eye lens"), ("UBERON_0000965", "lens")),
    ],
)
def test_an_identifier_of_another_source_takes_no_name_away(field, one, other):
    """The label is still another name of the identifier that is known here."""
    species = frozenset({"mouse"})
    assert agree("label", field, one, other, species=species)
    assert agree("ontology", field, one, other, within=0, species=species)
    assert not agree("exact", field, one, other, species=species)
    for unlike in ((other[0], "Sox2"), (other[0], "")):
        assert not agree("ontology", field, one, unlike, species=species)
    unknown = [(f"{source}:1", name[1]) for source, name in (("X", one), ("Y", other))]
    assert not agree("label", field, *unknown, species=species)


@pytest.mark.parametrize(
    ("field", "one", "other", "species"),
    [
        ("gene", "p53", "Trp53", "mouse"),
        ("gene", ("MGI:98834", "Trp53"), "p53", "mouse"),
        ("stage", "L4", "L4 larva Ce", "worm"),
        ("stage", "24 hpf", ("ZFS:0000029", "Pharyngula:Prim-5"), "zebrafish"),
        ("component", "nuclei", ("GO:0005634", "cell nucleus"), "fly"),
        ("anatomy", ("UBERON:0000966", "retina"), "retinas", "rat"),
    ],
)
def test_what_has_no_identifier_is_looked_up(field, one, other, species):
    """In the vocabularies of the paper's species, or of all if none is known."""
    assert agree("ontology", field, one, other, within=0, species=frozenset({species}))
    assert agree("ontology", field, one, other, within=0, species=ANY)


def test_terms_agree_within_some_steps_of_their_ancestors():
    """In both directions; of siblings neither is above the other."""
    muscle, pharynx = ("WBbt:0005451", "pharyngeal muscle cell"), "pharyngeal cell"
    assert not agree("ontology", "anatomy", muscle, pharynx, within=0)
    assert agree("ontology", "anatomy", muscle, pharynx, within=1)
    assert not agree("label", "anatomy", muscle, pharynx)
    assert agree("ontology", "stage", "L4 larva", "larva", within=1)
    assert not agree("ontology", "stage", "L4 larva", "L3 larva", within=1)
    far = ("GO:0043231", "intracellular membrane-bounded organelle")
    assert agree("ontology", "component", "nucleus", far)
    root = ("GO:0005575", "x")
    assert not agree("ontology", "component", "nucleus", root, within=2)
    assert agree("ontology", "component", "nucleus", root, within=2**62)  # at once


def test_identifiers_without_a_table_have_no_ancestors():
    """They agree only with themselves."""
    assert not agree("ontology", "anatomy", ("CHEBI:1", "a"), ("CHEBI:2", "b"))
    assert not agree("ontology", "anatomy", ("X:1", "a"), ("X:2", "b"))
    assert agree("ontology", "anatomy", ("X:1", "a"), ("X:1", "b"))


def test_unknown_ways_are_refused():
    """With those that there are."""
    with pytest.raises(CurationKitError, match="choose exact, label or ontology"):
        Matcher("fuzzy")
    for within in (-1, 1.5, None):
        with pytest.raises(CurationKitError, match="give a whole number, 0 or more"):
            Matcher("ontology", within)
