from __future__ import annotations

import json

from curation_kit.session import Outcomes
from curation_kit.session.outcomes import MAX_OUTCOMES


def test_each_file_counts_once() -> None:
    """Names may repeat; the key tells the files apart."""
    outcomes = Outcomes()
    outcomes.tell("1", "a.pdf", "checking")
    outcomes.tell("2", "a.pdf", "checking")
    outcomes.tell("1", "a.pdf", "added")
    outcomes.tell("2", "a.pdf", "refused", "is not a PDF.")
    outcomes.publish()
    assert outcomes.summary == {
        "counts": {"added": 1, "refused": 1},
        "rows": [{"name": "a.pdf", "status": "refused", "text": "is not a PDF."}],
        "more": 0,
    }


def test_a_new_beginning_keeps_what_is_not_done() -> None:
    """Files still being checked belong to what is told next."""
    outcomes = Outcomes()
    outcomes.tell("1", "a.pdf", "added")
    outcomes.tell("2", "b.pdf", "checking")
    outcomes.begin()
    assert outcomes.summary["counts"] == {"checking": 1}
    outcomes.tell("2", "b.pdf", "added")
    outcomes.begin()
    assert outcomes.summary == {}


def test_many_files_are_a_short_message() -> None:
    """Thousands of refusals are a number and the first few, seldom sent."""
    outcomes = Outcomes()
    sent: list[dict[str, object]] = []
    outcomes.observe(lambda change: sent.append(change["new"]), names="summary")
    for number in range(5000):
        outcomes.tell(str(number), f"{number}.pdf", "problem", "It is locked.")
    outcomes.publish()
    assert outcomes.summary["counts"] == {"problem": 5000}
    assert outcomes.summary["more"] == 5000 - MAX_OUTCOMES
    assert len(json.dumps(outcomes.summary)) < 4_000
    assert len(sent) < 100


def test_what_matters_most_is_listed_first() -> None:
    """Refused files stand before those that are there already."""
    outcomes = Outcomes()
    for key, status in enumerate(("duplicate", "problem", "refused", "duplicate")):
        outcomes.tell(str(key), "a.pdf", status)
    outcomes.publish()
    listed = [row["status"] for row in outcomes.summary["rows"]]
    assert listed == ["refused", "problem", "duplicate", "duplicate"]
