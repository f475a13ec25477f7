from __future__ import annotations

import re

from curation_kit.species import SPECIES, letter_first, likely_species, mentions


def test_the_species_named_most_comes_first() -> None:
    """A species named in passing does not count."""
    text = "Mice and mouse lines; murine cells. " * 5 + "A zebrafish."

    assert [species.key for species in likely_species(text)] == ["mouse"]


def test_two_species_of_one_paper_both_count() -> None:
    """Comparative papers are about both."""
    text = "C. elegans and Drosophila. Worms are not flies. C.elegans again."

    assert [species.key for species in likely_species(text)] == ["worm", "fly"]


def test_a_text_without_species_has_none() -> None:
    """Nothing is guessed."""
    assert likely_species("Expression was seen in the root.") == []


def test_a_paper_on_plants_is_about_none_of_them() -> None:
    """It may still name a species in passing."""
    plants = "Rice plants feed humans. Seedlings of Arabidopsis were grown."
    assert likely_species(plants) == []
    [human] = likely_species(f"Humans, humans, human, human. {plants}")
    assert human.key == "human"
    assert mentions("") == {}


def test_each_species_is_found_by_its_scientific_name() -> None:
    """Full and abbreviated names count."""
    for key, species in SPECIES.items():
        genus, epithet = species.name.split()
        assert key in mentions(species.name)
        assert key in mentions(f"{genus[0]}. {epithet}")


def test_taxon_ids_are_curies() -> None:
    """NCBI Taxonomy ids, each once."""
    taxa = [species.taxon for species in SPECIES.values()]

    assert len(set(taxa)) == len(taxa)
    assert all(re.fullmatch(r"NCBITaxon:\d+", taxon) for taxon in taxa)


def test_ways_to_name_something_are_found_as_if_they_were_written_out() -> None:
    """A boundary asked for behind the first letter is that before it."""
    ways = (r"\b[Rr]ats?\b", r"\bfruit fl(?:y|ies)\b", r"C\. ?elegans", r"[Hh]umans?\b")
    text = "rats, brats, Rat; fruit flies; C.elegans; nonhumans, Humans\nrat"

    ours = re.finditer(letter_first(*ways), text)

    assert [m.span() for m in ours] == [
        m.span() for m in re.finditer("|".join(ways), text)
    ]
