"""Groups of cells with a number, and what the paper says they are."""

import pytest

from curation_kit.agents.gene_expression.places.finder import PlaceFinder
from curation_kit.agents.gene_expression.places.groups import Groups
from curation_kit.agents.gene_expression.places.noun_phrases import noun_phrases


def _groups(paper: str) -> Groups:
    finder = PlaceFinder(["fly"])
    return Groups(paper, lambda text: noun_phrases(text, finder.find(text)))


def _meant(groups: Groups, sentence: str) -> list[tuple[str, str]]:
    return [(sentence[m.start : m.end], m.text) for m in groups.named(sentence, [])]


@pytest.mark.parametrize(
    "naming",
    [
        "We identify cluster 3 as enterocytes based on markers.",
        "We kept cluster 1 as unknown cells and cluster 3 as enterocytes.",
        "Cluster 3 was therefore annotated as “enterocytes”.",
        "Cluster 3 corresponds to enterocytes.",
        "We found enterocytes (cluster 3) and others.",
        "There were few cells in cluster 3 (enterocytes).",
    ],
)
def test_a_group_is_what_the_paper_calls_it(naming: str) -> None:
    """A paper may name a group in several ways."""
    assert _meant(_groups(naming), "It is seen in cluster 3.") == [
        ("cluster 3", "enterocytes")
    ]


def test_the_name_of_a_group_may_have_a_stage() -> None:
    """The stage in the name of a group goes with its cells."""
    groups = _groups('We named cluster 5 "follicle cells Stage 9."')
    assert [text for _, text in _meant(groups, "In cluster 5 it is seen.")] == [
        "follicle cells",
        "Stage 9",
    ]


def test_each_group_of_a_list_is_looked_up() -> None:
    """Groups that have no name are left out."""
    groups = _groups("Clusters 0 and 2 are annotated as enterocytes.")
    assert _meant(groups, "It is seen in clusters 0, 1 and 2.") == [
        ("clusters 0", "enterocytes"),
        ("2", "enterocytes"),
    ]


def test_this_cluster_is_the_last_named() -> None:
    """Sentences before tell which is “this cluster”."""
    groups = _groups("We identify cluster 3 as enterocytes.")
    groups.named("Cluster 3 is large.", [])
    assert _meant(groups, "It is seen in this cluster.") == [
        ("this cluster", "enterocytes")
    ]


@pytest.mark.parametrize(
    "paper",
    [
        "We identify cluster 3 as enterocytes. Cluster 3 represents neurons.",
        "We identify cluster 3 as “CG5854high”.",
        "Cluster 3 was found in all samples of enterocytes.",
    ],
)
def test_a_group_without_one_clear_name_is_no_place(paper: str) -> None:
    """Two names, or no name of cells, tell nothing."""
    assert _meant(_groups(paper), "It is seen in cluster 3.") == []
