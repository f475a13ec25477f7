"""Where sentences begin and end."""

from __future__ import annotations

import pytest

from curation_kit.agents.gene_expression.language.sentences import sentences
from curation_kit.agents.gene_expression.places.finder import PlaceFinder
from curation_kit.records import Ledger


@pytest.fixture
def split(make_paper):
    """Give the sentences of a text."""

    def run(text):
        paper = make_paper(("results", text))
        return [one.text for one in sentences(paper.text, {"results"}, Ledger())]

    return run


@pytest.mark.parametrize(
    ("text", "second"),
    [
        ("No signal was seen at 11 hpf. sox10 was expressed later.", "sox10 was"),
        ("Sections are as shown in panel F. sox10 was in the ear.", "sox10 was"),
        ("Seen in the retina (arrows). (c,d) sox10 was in the ear.", "(c,d) sox10"),
    ],
)
def test_a_sentence_may_begin_in_lower_case(split, text, second):
    """With the name of a gene, or a panel of a figure."""
    assert split(text)[1].startswith(second)


def test_a_text_without_full_stops_is_cut(split):
    """At a mark; nothing but the spaces there is lost."""
    text = ", ".join(f"pax{number} in the retina" for number in range(300))
    pieces = split(text)
    assert max(map(len, pieces)) <= 2_000
    assert all(piece.endswith(",") for piece in pieces[:-1])
    assert " ".join(pieces) == text


def test_what_has_no_mark_is_cut_anywhere(split):
    """A long word, or what looks like one."""
    assert "".join(split("ab1" * 3_000)) == "ab1" * 3_000


def test_the_work_grows_with_the_text(make_paper):
    """For each name in a sentence all of the sentence is looked at."""
    few, many = (
        _looked_at(make_paper(("results", "Sox9 in the lung, " * count)))
        for count in (500, 2_000)
    )
    assert 0 < many < 5 * few


def _looked_at(paper):
    """Count the characters that are looked at for the places of a paper."""
    places = PlaceFinder(["mouse"])
    return sum(
        len(one.text) * len(places.find(one.text))
        for one in sentences(paper.text, {"results"}, Ledger())
    )
