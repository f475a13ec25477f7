"""Records, the rows a flow extracts, and the evidence each one stands on."""

from curation_kit.records.evidence import (
    LOOK_ALIKE,
    Box,
    Difference,
    DifferenceKind,
    Evidence,
    Mention,
    Verification,
)
from curation_kit.records.ledger import LEFT_OUT, NO_REASON, Dropped, Ledger
from curation_kit.records.lookup import Candidate, Lookup, LookupStatus
from curation_kit.records.record import (
    EVIDENCE_COLUMNS,
    GeneExpressionRecord,
    Record,
    Verdict,
    id_column,
    may_be,
)
from curation_kit.records.values import (
    LIST_SEPARATOR,
    cell,
    plain_cell,
    truth_value,
    unfit,
    value_types,
)

__all__ = [
    "EVIDENCE_COLUMNS",
    "LEFT_OUT",
    "LIST_SEPARATOR",
    "LOOK_ALIKE",
    "NO_REASON",
    "Box",
    "Candidate",
    "Difference",
    "DifferenceKind",
    "Dropped",
    "Evidence",
    "GeneExpressionRecord",
    "Ledger",
    "Lookup",
    "LookupStatus",
    "Mention",
    "Record",
    "Verdict",
    "Verification",
    "cell",
    "id_column",
    "may_be",
    "plain_cell",
    "truth_value",
    "unfit",
    "value_types",
]
