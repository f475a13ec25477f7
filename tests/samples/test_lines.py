from __future__ import annotations

import pytest

from curation_kit.samples.lines import Word, break_lines, hyphen_points, words_of


@pytest.mark.parametrize(
    ("word", "parts"),
    [
        ("detected", []),
        ("structures", ["struc", "tures"]),
        ("difference", ["dif", "ference"]),
        ("expression", ["expres", "sion"]),
    ],
)
def test_hyphen_points(word, parts):
    """Words part between consonants and before suffixes, never near the ends."""
    points = hyphen_points(word)
    assert not parts or len(parts[0]) in points
    assert all(3 <= point <= len(word) - 3 for point in points)


def test_words_keep_style_and_mark():
    """Italic marks may end inside a word, and the mark goes to the first word."""
    assert words_of("*eve*, in *D. mel*", mark=2) == [
        Word((("eve", "italic"), (",", "roman")), 2),
        Word((("in", "roman"),)),
        Word((("D.", "italic"),)),
        Word((("mel", "italic"),)),
    ]


def test_lines_fit_the_measure_and_lose_no_letter():
    """No line is wider than the column, and joining them gives the text back."""
    text = "the expression of structural genes was restricted to muscle " * 4
    lines = break_lines(
        words_of(text),
        measure=24,
        width=lambda word: sum(len(piece) for piece, _ in word.pieces),
        space=1,
    )
    printed = [" ".join(w.pieces[0][0] for w in line.words) for line in lines]
    assert max(len(line) for line in printed) <= 24
    assert any(line.endswith("-") for line in printed)
    joined = "".join(
        line[:-1] if line.endswith("-") else f"{line} " for line in printed
    )
    assert joined == text
    assert [line.last for line in lines].count(True) == 1
