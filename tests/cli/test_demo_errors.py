from __future__ import annotations

import pandas as pd

from curation_kit.cli.demo import error_lines
from curation_kit.evaluation import evaluate


def test_each_error_is_told_with_its_paper_and_cause() -> None:
    """What was missed first; of no errors nothing is said."""
    columns = ["document", "gene_symbol", "anatomy_label", "negated"]
    gold = pd.DataFrame([("a.pdf", "eve", "midgut", "false")], columns=columns)
    found = pd.DataFrame([("a.pdf", "eve", "midgut", True)], columns=columns)
    assert [*error_lines(evaluate(found, gold))] == [
        "Missed in a.pdf: eve in midgut (negated the other way).",
        "Wrong in a.pdf: no eve in midgut (negated the other way).",
    ]
    assert not [*error_lines(evaluate(gold, gold))]
