"""Records as agents give them, checked before they are kept or stored."""

from __future__ import annotations

from collections.abc import Iterable

from pydantic import ValidationError

from curation_kit.errors import DocumentFailure, FailureCategory
from curation_kit.phrases import shown
from curation_kit.records import Record, unfit

__all__ = ["as_stored"]


def as_stored(
    given: Iterable[object], agent: str, model: type[Record]
) -> tuple[list[str], list[Record]]:
    """Give JSON of each record, and the records as they come back from it.

    Later steps go on with these, so that a paper has the same results whether what
    a step gave was kept or not.

    Parameters
    ----------
    agent
        Name of the agent that gave them.
    model
        Model of the flow's records.

    Raises
    ------
    DocumentFailure
        If one is no record of the model, or has a value that some table or file
        cannot hold.
    """
    rows, found = [], []
    for record in given:
        if not isinstance(record, Record):
            raise _failure(
                f'The agent "{agent}" gave {shown(record)} in place of a record.',
                f"Have it give records of the model {model.__name__}.",
            )
        if wrong := unfit(record):
            raise _failure(
                f'The agent "{agent}" gave a record that not every table can hold: '
                f"{wrong}.",
                f"In the agent, {wrong.advice}.",
            )
        rows.append(record.model_dump_json())
        try:
            found.append(model.model_validate_json(rows[-1]))
        except ValidationError as error:
            wrong_fields = "; ".join(
                f"{'.'.join(map(str, item['loc']))}: {item['msg']}"
                for item in error.errors()
            )
            raise _failure(
                f'The agent "{agent}" gave the record {type(record).__name__}, '
                f"which is no {model.__name__} ({wrong_fields}).",
                f"Have it give records of the model {model.__name__}.",
            ) from error
    return rows, found


def _failure(message: str, hint: str) -> DocumentFailure:
    return DocumentFailure(
        FailureCategory.INTERNAL,
        message,
        f"{hint} Then change its version, and retry the paper.",
    )
