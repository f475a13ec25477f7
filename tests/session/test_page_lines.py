from __future__ import annotations

from array import array

import curation_kit as ck
from curation_kit.documents.text import DocumentText
from curation_kit.session.page_lines import printed_lines


def text_of(*pieces: tuple[str, int, tuple[float, float]]) -> DocumentText:
    """A text of pieces, each with its page and its place; "-" joins it to the next."""
    text, starts, ends = "", array("i"), array("i")
    for word, *_ in pieces:
        starts.append(len(text))
        text += word.removesuffix("-")
        ends.append(len(text))
        text += "" if word.endswith("-") else " "
    boxes = array("f")
    for word, _, (x, y) in pieces:
        boxes.extend((x, y, x + 6 * len(word), y + 10))
    return DocumentText(
        text=text,
        pages=[],
        sections=[],
        captions=[],
        word_starts=starts,
        word_ends=ends,
        word_pages=array("i", [page for _, page, _ in pieces]),
        word_boxes=boxes,
    )


def test_words_on_a_level_are_a_line() -> None:
    """Also raised ones; another column, page or level begins a new line."""
    text = text_of(
        ("Ca", 1, (0, 0)),
        ("2+", 1, (13, -4)),
        ("rises", 1, (30, 0)),
        ("next", 1, (0, 12)),
        ("column", 1, (200, 12)),
        ("page", 2, (0, 0)),
    )
    assert [line[4] for line in printed_lines(text, 1)] == [
        "Ca 2+ rises",
        "next",
        "column",
    ]
    assert printed_lines(text, 1)[0][:4] == (0, -4, 60, 10)
    assert [line[4] for line in printed_lines(text, 2)] == ["page"]
    assert printed_lines(text, 3) == []


def test_a_word_that_is_broken_has_its_hyphen() -> None:
    """So that who copies both lines copies the word."""
    text = text_of(("expres-", 1, (0, 0)), ("sion", 1, (0, 12)), ("ends", 1, (30, 12)))
    assert [line[4] for line in printed_lines(text, 1)] == ["expres-", "sion ends"]


def test_the_lines_of_a_paper_have_its_quotes(read_job: ck.Job) -> None:
    """Where a quote begins on a page, a line has its first words."""
    document_id, number = read_job.all_keys()[0]
    text = read_job.kept_text(document_id)
    quote = read_job.record(document_id, number).evidence[0]
    assert text is not None
    assert quote.page is not None
    lines = printed_lines(text, quote.page)
    assert any(quote.quote[:12] in line[4] for line in lines)
