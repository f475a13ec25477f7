# ruff: noqa: RUF001 -- look-alike characters are the subject

from __future__ import annotations

import re
import sys
from collections import Counter
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from torture import REPEATED, Placed, Torture, torture

from curation_kit.documents._pymupdf import pymupdf
from curation_kit.documents.reader import read_document
from curation_kit.evidence import Aligner
from curation_kit.records import Evidence, Verification

PAPERS = [
    {"columns": 2, "rotation": 0},
    {"columns": 1, "rotation": 0},
    {"columns": 2, "rotation": 90},
    {"columns": 2, "rotation": 180},
    {"columns": 1, "rotation": 270},
]

NAMES = {"α": "alpha", "β": "beta", "κ": "kappa"}


@pytest.fixture(scope="module", params=range(len(PAPERS)))
def paper(request, tmp_path_factory) -> Torture:
    """One of the hard papers."""
    path = tmp_path_factory.mktemp("torture") / "paper.pdf"
    return torture(path, seed=request.param + 1, **PAPERS[request.param])


@pytest.fixture(scope="module")
def aligner(paper) -> Aligner:
    """Its aligner."""
    return Aligner(read_document(paper.path, name="paper.pdf"))


def as_a_model_writes(text: str, number: int) -> str:
    """Another spelling of the same."""
    if number % 3 == 0:
        text = re.sub("[αβκ]", lambda match: NAMES[match[0]], text)
    if number % 3 == 1:
        text = text.replace("“", '"').replace("”", '"').replace("–", "-")
        text = text.replace("−", "-").replace("°", "º")
    if number % 4 == 2:
        text = re.sub(r"(\w{5})(\w{5})", "\\1\u00ad\\2", text)
    return text


def words_of(paper: Torture) -> list[tuple[int, float, float, int]]:
    """Printed words by their own boxes: page, centre, number of the sentence."""
    owners = {}
    for number, placed in enumerate(paper.sentences):
        for page, x, y in placed.words:
            owners.setdefault(page, []).append((x, y, number))
    found = []
    with pymupdf.open(paper.path) as document:
        for page in document:
            for word in page.get_text("words"):
                box = pymupdf.Rect(word[:4]) * page.rotation_matrix
                x, y = (box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2
                inside = {
                    number
                    for at, height, number in owners[page.number + 1]
                    if box.x0 <= at <= box.x1 and box.y0 <= height <= box.y1
                }
                assert len(inside) == 1
                found.append((page.number + 1, x, y, *inside))
    return found


def covers(evidence: Evidence, page: int, x: float, y: float) -> bool:
    """Whether a place is in one of the boxes."""
    return any(
        box.page == page and box.x0 <= x <= box.x1 and box.y0 <= y <= box.y1
        for box in evidence.boxes
    )


def located(evidence: Evidence, number: int, placed: Placed, words: list) -> bool:
    """Whether page and boxes are those of a sentence, and of nothing else."""
    return evidence.page == placed.page and all(
        covers(evidence, page, x, y) == (owner == number) for page, x, y, owner in words
    )


def test_true_quotes_are_found_at_their_words(paper, aligner) -> None:
    """As a model writes them, in order: page and boxes, and no other words."""
    words = words_of(paper)
    quotes = [
        as_a_model_writes(placed.text, number)
        for number, placed in enumerate(paper.sentences)
    ]

    found = aligner.align_all(quotes)

    wrong = [
        (placed.text, evidence)
        for number, (placed, evidence) in enumerate(
            zip(paper.sentences, found, strict=True)
        )
        if not located(evidence, number, placed, words)
    ]
    assert len(wrong) <= 0.02 * len(quotes), wrong
    whole = [
        item.verification is Verification.VERIFIED
        for item, placed in zip(found, paper.sentences, strict=True)
        if not placed.interrupted  # a citation may be left out, and that is told
    ]
    assert sum(whole) >= 0.98 * len(whole)


def test_the_papers_are_hard(paper) -> None:
    """They have what they are meant to have."""
    with pymupdf.open(paper.path) as document:
        printed = "\n".join(page.get_text(flags=67) for page in document)
    assert printed.count("-\n") > 5
    assert "\ufb01" in printed
    assert "β" in printed
    assert sum(placed.interrupted for placed in paper.sentences) > 10
    texts = Counter(placed.text for placed in paper.sentences)
    assert texts[REPEATED] > 5
    assert any(len({page for page, *_ in item.words}) > 1 for item in paper.sentences)


FALSE = {
    "negation put in": (r"\bis expressed", "is not expressed"),
    "negation put in (past)": (r"\bwas (?=upreg|first)", "was never "),
    "negation taken out": (r"\bis not expressed", "is expressed"),
    "number changed": (r"10\.5", "11.5"),
    "point lost": (r"10\.5", "105"),
    "range lost": (r"12–15", "1215"),
    "sign turned": (r"p < ", "p > "),
    "unit changed": (r"5 μg", "5 mg"),
    "gene changed": (r"mec-4", "mec-7"),
    "allele changed": (r"lin-12\(−\)", "lin-12(+)"),
    "allele lost": (r"lin-12\(−\)", "lin-12"),
    "another gene": (r"unc-86", "egl-46"),
    "opposite": (r"upregulated", "downregulated"),
    "prefix lost": (r"upregulated", "regulated"),
    "another place": (r"posterior", "anterior"),
    "another tissue": (r"hypodermis", "endodermis"),
    "another count": (r"half of", "most of"),
    "word dropped": (r"\bfirst ", ""),
    "place dropped": (r"posterior ", ""),
    "look-alike": (r"expressed", "exprеssed"),
    "stage changed": (r"four-cell", "eight-cell"),
}


@pytest.mark.parametrize("how", FALSE)
def test_no_false_quote_is_verified(paper, aligner, how) -> None:
    """And where one is near the truth, the difference is told as grave."""
    pattern, replacement = FALSE[how]
    for placed in paper.sentences:
        if len(placed.text) < 40 or not re.search(pattern, placed.text):
            continue
        evidence = aligner.align(re.sub(pattern, replacement, placed.text, count=1))
        assert evidence.verification is not Verification.VERIFIED
        if evidence.verification is Verification.APPROXIMATE:
            assert evidence.differences[0].grave


@pytest.mark.parametrize("mark", [" ", " … "])
def test_no_spliced_quote_is_verified(paper, aligner, mark) -> None:
    """The beginning of a sentence and the end of another one."""
    texts = [item.text.split() for item in paper.sentences if len(item.text) > 60]
    texts = [words for words in texts if " ".join(words) != REPEATED]
    for here, there in zip(texts, texts[1:] + texts[:1], strict=True):
        quote = " ".join(here[:9]) + mark + " ".join(there[8:])
        if " ".join(here[9:]) == " ".join(there[9:]):
            continue
        assert aligner.align(quote).verification is not Verification.VERIFIED
