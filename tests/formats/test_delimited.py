from __future__ import annotations

import csv
import io
import json

from hypothesis import given
from hypothesis import strategies as st

from curation_kit.formats import FORMATS, delimited, escape_cell, unescape_cell
from curation_kit.records import Candidate, Evidence, GeneExpressionRecord

#: Any text without lone surrogates, rich in the characters that matter here.
texts = st.text(
    st.one_of(
        st.sampled_from("=+-@'\t\r\n,\";|é–β"), st.characters(exclude_categories=["Cs"])
    )
)


def record(**values: object) -> GeneExpressionRecord:
    """A record with one evidence."""
    quote = values.pop("quote", "q")
    return GeneExpressionRecord(
        **{"gene_symbol": "SEPT2", "evidence": [Evidence(quote=quote)], **values}
    )


@given(texts)
def test_escaping_is_undone_by_unescaping(text: str) -> None:
    """No text is lost by making it safe."""
    assert unescape_cell(escape_cell(text)) == text


@given(texts)
def test_no_cell_begins_like_a_formula(text: str) -> None:
    """A spreadsheet runs nothing that came out of a paper."""
    assert not escape_cell(text).startswith(("=", "+", "-", "@", "\t", "\r"))


def test_numbers_are_not_escaped() -> None:
    """A negative number is a number, a text with a minus is a text."""
    assert escape_cell(-1.5) == "-1.5"
    assert escape_cell("-1.5") == "'-1.5"


@given(st.lists(st.tuples(texts, texts), max_size=5))
def test_csv_reads_back_as_it_was(rows: list[tuple[str, str]]) -> None:
    """Any CSV reader gives the cells again, quotes and line breaks included."""
    content = delimited(({"a": a, "b": b} for a, b in rows), ["a", "b"], ",")

    back = list(csv.reader(io.StringIO(content.decode(), newline="")))

    assert back[0] == ["a", "b"]
    assert [tuple(map(unescape_cell, row)) for row in back[1:]] == rows


@given(st.lists(st.tuples(texts, texts), max_size=5))
def test_tsv_has_one_line_per_row_and_one_tab_between_cells(
    rows: list[tuple[str, str]],
) -> None:
    """No cell breaks the table for readers that know no quoting."""
    content = delimited(({"a": a, "b": b} for a, b in rows), ["a", "b"], "\t").decode()

    lines = content.removesuffix("\n").split("\n")

    assert len(lines) == len(rows) + 1
    assert all(line.count("\t") == 1 for line in lines)
    assert "\r" not in content


def test_tsv_quotes_what_begins_with_a_quote() -> None:
    """Readers would take the lines below for its cell, or a formula out of it."""
    rows = [{"a": '"no', "b": 'says "no"'}, {"a": '"=1+1"', "b": ""}]

    content = delimited(rows, ["a", "b"], "\t").decode()

    assert content == 'a\tb\n"""no"\tsays "no"\n"""=1+1"""\t\n'


def test_no_rows_give_the_header_only() -> None:
    """A paper in which nothing was found has a table all the same."""
    for name, separator in (("csv", ","), ("tsv", "\t")):
        content = FORMATS[name]("a.pdf", "id", [], GeneExpressionRecord).decode()
        assert content == separator.join(GeneExpressionRecord.columns()) + "\n"


def test_gene_names_stay_text() -> None:
    """The symbol is in the cell as the paper has it."""
    rows = FORMATS["csv"]("a.pdf", "id", [record()], GeneExpressionRecord).decode()

    assert rows.splitlines()[1].startswith("a.pdf,SEPT2,")


def test_json_nests_evidence_and_candidates() -> None:
    """JSON keeps what a table cannot hold."""
    full = record(
        candidates={"gene_id": [Candidate(id="HGNC:7729", label="SEPTIN2")]},
        evidence=[
            Evidence(quote="one", boxes=[(2, 1, 2, 3, 4)]),
            Evidence(quote="two"),
        ],
        why="a verb of expression",
    )

    content = json.loads(FORMATS["json"]("a.pdf", "0a", [full], GeneExpressionRecord))

    assert (content["document"], content["document_id"]) == ("a.pdf", "0a")
    [row] = content["records"]
    assert [item["quote"] for item in row["evidence"]] == ["one", "two"]
    assert row["evidence"][0]["boxes"] == [[2, 1.0, 2.0, 3.0, 4.0]]
    assert row["candidates"]["gene_id"][0]["id"] == "HGNC:7729"
    assert row["why"] == "a verb of expression"
