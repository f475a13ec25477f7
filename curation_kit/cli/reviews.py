"""Commands for what curators said of the records of a job."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from curation_kit.cli.app import app, command, workspace_of
from curation_kit.cli.jobs import JobId, Json
from curation_kit.cli.output import echo_json, print_table, say
from curation_kit.phrases import counted, listed

#: Verdicts that a table may have.
_VERDICTS = ("accepted", "edited", "added", "rejected")

_COLUMNS = (
    "document",
    "record",
    "verdict",
    "column",
    "old",
    "new",
    "note",
    "reviewer",
    "time",
)


@app.command()
def review(
    context: typer.Context,
    job_id: JobId,
    table: Annotated[
        Path | None,
        typer.Option(
            "--from",
            metavar="FILE",
            help="First take the verdicts from a table: the Excel file of results "
            "--out, or a CSV of results --wide, with accepted, edited or rejected in "
            "the column review and the right values in their columns.",
        ),
    ] = None,
    reviewer: Annotated[
        str | None,
        typer.Option(help="With --from: who gave them.", show_default="who you are"),
    ] = None,
    replace: Annotated[
        bool,
        typer.Option(
            "--replace",
            help="With --from: also in place of a verdict that the table does not "
            "know.",
        ),
    ] = False,
    json: Json = False,
) -> None:
    """List what curators accepted, edited, added and rejected, or take it from a table.

    All verdicts of the table are taken, or none if a line cannot be. A verdict that
    the table does not know, as one given since it was saved, stays, unless you say
    --replace.
    """
    job = workspace_of(context).jobs.get(job_id)
    if table is not None:
        _say_taken(job.review_from(table, reviewer=reviewer, replace=replace))
    rows = job.review_rows()
    if json:
        echo_json({"counts": job.review_counts, "reviews": rows})
        return
    print_table(
        [{**row, "time": f"{row['time']:%d %b %H:%M}"} for row in rows],
        _COLUMNS,
        right=("record",),
        below=("old", "new", "note"),
        empty=f"Nothing is reviewed yet. {_how()}",
    )
    counts, total = job.review_counts, job.total_records
    given = [f"{count} {verdict}" for verdict, count in counts.items() if count]
    told = f": {', '.join(given)}" if given else ""
    say(f"{sum(counts.values())} of {counted(total, 'record')} reviewed{told}.")


def _how() -> str:
    """Say how records are reviewed."""
    return (
        f"To review: open the results in the dashboard ({command('dashboard')}), use "
        'job.review(row, "accepted") in a notebook, or fill in the column review of '
        "results --out records.xlsx and take it with review --from records.xlsx."
    )


def _say_taken(lines: dict[str, list[int]]) -> None:
    """Say what was taken of a table, and what was not."""
    taken = [f"{len(lines[word])} {word}" for word in _VERDICTS if lines[word]]
    say(f"Taken from the table: {', '.join(taken) or 'nothing new'}.")
    if same := lines["same"]:
        say(f"{counted(len(same), 'line says', 'lines say')} what was said before.")
    if kept := lines["kept"]:
        say(
            f"{counted(len(kept), 'line is', 'lines are')} left ({_at(kept)}): the "
            "record has another verdict, which the table does not know, or none any "
            "more. With --replace the table's counts."
        )
    if left := len(lines["left"]) + len(lines["unsaid"]):
        say(f"{counted(left, 'line has', 'lines have')} no verdict.")
    if unsaid := lines["unsaid"]:
        say(
            f"{counted(len(unsaid), 'of them has', 'of them have')} other values than "
            f"the record ({_at(unsaid)}), which were not taken: write edited into the "
            "column review."
        )
    if ignored := lines["ignored"]:
        from curation_kit.records import EVIDENCE_COLUMNS

        say(
            f"{counted(len(ignored), 'line has', 'lines have')} changed cells that "
            f"were not taken ({_at(ignored)}): the values of a rejected record, or the "
            f"evidence ({', '.join(EVIDENCE_COLUMNS[:-1])}), which cannot be edited."
        )


def _at(numbers: list[int]) -> str:
    return f"line {numbers[0]}" if len(numbers) == 1 else f"lines {listed(numbers)}"


@app.command()
def gold(
    context: typer.Context,
    job_id: JobId,
    all_documents: Annotated[
        bool,
        typer.Option(
            "--all-documents",
            help="Also documents that are reviewed only in part: what was found in "
            "them and nobody has reviewed will count as wrong in evaluate.",
        ),
    ] = False,
) -> None:
    """Print the accepted records as a table of known truth, for evaluate.

    A reviewed paper of which no record was accepted gets a line without a gene.
    """
    from curation_kit.formats import delimited

    job = workspace_of(context).jobs.get(job_id)
    table = job.gold(complete_only=not all_documents)
    columns = [str(name) for name in table.columns]
    rows = [dict(zip(columns, row, strict=True)) for row in table.to_numpy()]
    sys.stdout.buffer.write(delimited(rows, columns, ","))
    touched = job.reviewed_documents(complete_only=False)
    if not touched:
        say(f"No record of {job.name} is reviewed, so nothing is known. {_how()}")
        return
    whole = job.reviewed_documents()
    taken = len(touched) if all_documents else len(whole)
    accepted = sum(bool(row["gene_symbol"]) for row in rows)
    say(
        f"{counted(accepted, 'accepted record')} of "
        f"{counted(taken, 'reviewed document')}."
    )
    if nothing := len(rows) - accepted:
        say(f"{counted(nothing, 'document')} with nothing to find: a line each.")
    if not (left := len(touched) - len(whole)):
        return
    if all_documents:
        say(
            f"{counted(left, 'document')} reviewed only in part: what was found there "
            "and nobody has reviewed counts as wrong in evaluate."
        )
    else:
        say(
            f"Documents left out because they are reviewed only in part: {left}. "
            "--all-documents takes them too."
        )
