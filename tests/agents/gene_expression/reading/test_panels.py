from __future__ import annotations

from array import array

import pytest

from curation_kit.agents.gene_expression.places.finder import PlaceFinder, What
from curation_kit.agents.gene_expression.reading.panels import Panels
from curation_kit.documents.text import Caption, DocumentText

LEGEND = (
    "Figure 2. Sox9 in the limb. (A, B) Sections at E11.5. (C) Sections at E13.5 and "
    "E14.5. (D) The gene is not detected at E9.5 (E), and first at E10.5 (F)."
)
OLDER = "Figure 3. Limbs at P7. (A) Sox9. (B) Pax6."
TEXT = f"{LEGEND}\n\n{OLDER}"
CAPTIONS = [
    Caption("Figure 2", 0, len(LEGEND)),
    Caption("Figure 3", len(LEGEND) + 2, len(TEXT)),
]


@pytest.fixture(scope="module")
def panels():
    """Legends of two figures."""
    finder = PlaceFinder(["mouse"])
    text = DocumentText(
        TEXT,
        pages=[],
        sections=[],
        captions=CAPTIONS,
        word_starts=array("l"),
        word_ends=array("l"),
        word_pages=array("l"),
        word_boxes=array("d"),
    )
    return Panels(text, lambda words: finder.named(words, What.STAGE))


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("Sox9 was seen in the limb (Figure 2A).", "E11.5"),
        ("Sox9 was seen in the limb (Fig. 2A and 2B).", "E11.5"),
        ("Sox9 was seen in the limb (Figure 2C).", None),
        ("Sox9 was seen in the limb (Figures 1B and 2F).", None),
        ("Sox9 was seen in the limb (Figure 2F).", "E10.5"),
        ("Sox9 was seen in the limb (Figure 2).", None),
        ("Sox9 was seen in the limb (Figure 3B).", "P7"),
        ("Sox9 was seen in the limb (Figure 9A).", None),
        ("Sox9 was seen in the limb.", None),
    ],
)
def test_a_sentence_has_the_stage_of_the_panel_it_cites(panels, words, expected):
    """Only if the legend gives one stage for it."""
    stage = panels.stage(words, words.index("limb"), None)
    assert (stage and stage.text) == expected
    if stage:
        assert TEXT[stage.start : stage.end] == expected


def test_a_panel_has_the_stage_of_its_title(panels):
    """What a legend says first holds for all of its panels."""
    stage = panels.stage("(A) Sox9 in the limb.", 15, CAPTIONS[1])
    assert stage is not None
    assert stage.text == "P7"
