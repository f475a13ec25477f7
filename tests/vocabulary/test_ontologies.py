"""Terms are found by name and in running text."""

from __future__ import annotations

import pytest

from curation_kit.vocabulary import ONTOLOGIES, ontology, versions


@pytest.mark.parametrize(
    ("prefix", "name", "term", "kind"),
    [
        ("UBERON", "brain", "UBERON:0000955", "label"),
        ("UBERON", "Brains", "UBERON:0000955", "label"),
        ("UBERON", "hippocampus", "UBERON:0002421", "plain English"),
        ("UBERON", "ovaries", "UBERON:0000992", "label"),
        ("UBERON", "lenses", "UBERON:0000965", "synonym"),
        ("ZFA", "pharynges", "ZFA:0000056", "label"),
        ("CL", "cardiomyocytes", "CL:0000746", "synonym"),
        ("WBbt", "gut", "WBbt:0005772", "plain English"),
        ("WBbt", "neuronal", "WBbt:0003679", "adjective"),
        ("WBbt", "body-wall muscles", "WBbt:0005813", "plain English"),
        ("FBbt", "wing imaginal discs", "FBbt:00001778", "plain English"),
        ("ZFA", "swim bladder", "ZFA:0000076", "label"),
        ("GO", "nuclei", "GO:0005634", "label"),
        ("WBls", "L4", "WBls:0000038", "plain English"),
        ("WBls", "L4 larvae", "WBls:0000038", "synonym"),
        ("FBdv", "L3", "FBdv:00005339", "synonym"),
    ],
)
def test_best_match_is_the_known_term(prefix, name, term, kind):
    """The first match of a name is the term it stands for."""
    best = ontology(prefix).lookup(name)[0]
    assert (best.id, best.kind) == (term, kind)


def test_case_counts_for_names_without_lower_case():
    """The neuron CAN is not the verb."""
    assert ontology("WBbt").lookup("can") == []
    assert ontology("WBbt").lookup("CANs")[0].label == "CAN"


@pytest.mark.parametrize(
    ("prefix", "name", "label"),
    [
        ("CHEBI", "17β-estradiol", "17beta-estradiol"),
        ("CHEBI", "α-tocopherol", "alpha-tocopherol"),
        ("DOID", "β-thalassemia", "beta thalassemia"),
        ("CL", "γδ T cells", "gamma-delta T cell"),
        ("CL", "β cells", "type B pancreatic cell"),  # so it is in the table
        ("FBbt", "α/β Kenyon cell", "alpha/beta Kenyon cell"),  # not alpha'/beta'
        ("GO", "Γ-tubulin complex", "gamma-tubulin complex"),
    ],
)
def test_greek_letters_of_papers_are_those_that_ontologies_spell(prefix, name, label):
    """Papers write the letter, most ontologies its name."""
    assert ontology(prefix).lookup(name)[0].label == label


def test_find_takes_the_longest_term_at_each_place():
    """Body-wall muscle is one place, not two; offsets are those of the text."""
    text = "GFP lit up body-wall muscles, the pharynx and ASEL (α-tubulin too)."
    found = ontology("WBbt").find(text)
    assert [span.text for span in found] == ["body-wall muscles", "pharynx", "ASEL"]
    assert all(text[span.start : span.end] == span.text for span in found)


@pytest.mark.parametrize("hyphen", "-\u2010\u2011")
def test_find_reads_over_any_hyphen(hyphen):
    """Also over one at which a line may not break."""
    text = f"in body{hyphen}wall muscles"
    assert [span.text for span in ontology("WBbt").find(text)] == [text[3:]]


def test_find_does_not_cross_a_comma():
    """Words on both sides of a comma are not one term."""
    found = ontology("UBERON").find("in the spinal, cord blood")
    assert "spinal, cord" not in [span.text for span in found]


def test_find_reads_over_an_article():
    """It is written in "lumen of the gut", which is named "lumen of gut"."""
    found = ontology("UBERON").find("the epithelium of the bronchus and of the lens")
    assert [span.text for span in found] == ["epithelium of the bronchus", "lens"]


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("roof of the mouth", "roof of mouth"),
        ("basal layer of epidermis", "stratum basale of epidermis"),
    ],
)
def test_an_article_does_not_matter(name, label):
    """Neither in the paper's words nor in those of the vocabulary."""
    assert ontology("UBERON").lookup(name)[0].label == label


def test_plain_english_goes_before_a_synonym():
    """What papers mean by a name, not what the ontology also calls so."""
    assert ontology("UBERON").lookup("branchial arch")[0].label == "pharyngeal arch"


def test_compounds_are_known_in_either_order():
    """The noun or the adjective of the whole may come first: "renal cortex"."""
    terms = ontology("UBERON")
    known = [terms.lookup(name) for name in ("cortex of kidney", "renal cortex")]
    assert [found[0].id for found in known] == [known[0][0].id] * 2


def test_find_leaves_out_what_is_ignored():
    """An ignored name is not found, a longer one that holds it is."""
    found = ontology("WBbt").find("neuron and motor neuron", ignore={"neuron"})
    assert [span.text for span in found] == ["motor neuron"]


@pytest.mark.parametrize("prefix", ONTOLOGIES)
def test_every_ontology_loads_and_knows_its_own_labels(prefix):
    """Labels and identifiers lead to each other."""
    name = {"MmusDv": "mature", "HsapDv": "adult", "GO": "nucleus", "CL": "neuron"}
    name |= {"CHEBI": "caffeine", "DOID": "asthma", "MONDO": "asthma"}
    match = ontology(prefix).lookup(
        name.get(prefix, "adult" if "d" in prefix.lower() else "brain")
    )
    label = match[0].label if match else None
    if match:
        assert label is not None
        assert ontology(prefix).label(match[0].id) == label
    assert ontology(prefix).label(f"{prefix}:none") is None


@pytest.mark.parametrize("prefix", ONTOLOGIES)
def test_obsolete_terms_are_left_out(prefix):
    """Also where only the label says so."""
    assert not ontology(prefix)._table.starts("obsolete")


def test_a_synonym_of_an_obsolete_term_too_stands_for_the_other():
    """It is not ambiguous."""
    (found,) = ontology("FBbt").lookup("adult ALG")
    assert found.label == "adult astrocyte-like glial cell"


def test_parents_are_the_terms_above():
    """The intestine of the worm is part of its alimentary system."""
    terms = ontology("WBbt")
    labels = {terms.label(parent) for parent in terms.parents("WBbt:0005772")}
    assert "alimentary system" in labels


def test_unknown_ontology_says_which_exist():
    """Asking for an ontology that is not here names those that are."""
    with pytest.raises(ValueError, match="choose one of CHEBI, CL"):
        ontology("EMAPA")


def test_versions_name_release_and_package():
    """Results can state what their identifiers come from."""
    assert versions()["terms_WBbt"].startswith("WBbt 2025-08-18 (cellxgene")
