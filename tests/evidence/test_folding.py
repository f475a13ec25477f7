# ruff: noqa: RUF001 -- look-alike characters are the subject

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curation_kit.evidence.folding import fold, mixed_scripts


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("efficient", "e\ufb03cient"),
        ("TGF-β", "TGF-beta"),
        ("µm", "μm"),
        ("5 μl", "5 ul"),
        ("Müller glia", "Mu\u0308ller Glia"),
        ("naïve", "naive"),
        ("ex\u00adpressed", "expressed"),
        ("zero\u200bwidth", "zerowidth"),
        ("1,234 cells", "1234 cells"),
        ("≤ 5", "<=5"),
        ("a ≠ b", "a =\u0338 b"),
        ("37 °C", "37ºC"),
        ("20 \u030aC", "20 °C"),
        ("H₂O", "H2O"),
        ("𝛼-tubulin", "α tubulin"),
        ("ΔF508", "∆F508"),
        ("“anchor” cell", '"anchor" cell'),
        ("mec‑4", "mec-4"),
    ],
)
def test_one_skeleton_for_all_spellings(text: str, same: str) -> None:
    """What a reader takes for the same text."""
    assert fold(text).skeleton == fold(same).skeleton


@pytest.mark.parametrize(
    ("text", "other"),
    [
        ("α", "a"),
        ("5 mg", "5 μg"),
        ("p < 5", "p > 5"),
        ("10 ± 2", "10 + 2"),
        ("♂", "♀"),
        ("a ≠ b", "a = b"),
    ],
)
def test_other_texts_have_other_skeletons(text: str, other: str) -> None:
    """Not everything folds."""
    assert fold(text).skeleton != fold(other).skeleton


def test_a_power_is_set_apart_from_its_base() -> None:
    """Both ways to write it."""
    assert fold("10⁵").gaps == fold("10^5").gaps == ["", "^", ""]
    assert fold("10⁻¹²").tokens == ["10", "12"]


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=80))
def test_every_place_leads_back_into_the_text(text: str) -> None:
    """In order, and the tokens make up the skeleton."""
    folded = fold(text)

    assert len(folded.origin) == len(folded.skeleton)
    assert folded.origin == sorted(folded.origin)
    assert all(0 <= place < len(text) for place in folded.origin)
    assert "".join(folded.tokens) == folded.skeleton
    assert len(folded.gaps) == len(folded.starts) == len(folded.tokens) + 1
    if folded.skeleton:
        start, end = folded.span(0, len(folded.skeleton))
        assert fold(text[start:end]).tokens == folded.tokens


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=80))
def test_folding_a_token_changes_nothing(text: str) -> None:
    """Letters and signs are in their last form."""
    tokens = fold(text).tokens
    assert [fold(token).skeleton for token in tokens] == tokens


def test_blanking_keeps_the_places() -> None:
    """What remains is where it was."""
    text = "on [12] in β cells"
    bare = fold(text).without([(3, 7)])

    assert bare.tokens == ["on", "in", "beta", "cells"]
    assert [text[place] for place in bare.origin] == list("onin") + ["β"] * 4 + list(
        "cells"
    )


def test_look_alikes_are_found_and_read_as_latin() -> None:
    """A Cyrillic letter in a Latin word is a trick; a Russian word is none."""
    assert fold("exprеssed").skeleton == "expressed"
    assert fold("exprеssed").look_alikes == [4]
    assert mixed_scripts("exprеssed")
    assert not mixed_scripts("ген mec")
