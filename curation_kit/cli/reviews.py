"""Commands for what curators said of the records of a job."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from curation_kit.cli.app import app, workspace_of
from curation_kit.cli.jobs import JobId, Json
from curation_kit.cli.output import echo_json, print_table, say
from curation_kit.phrases import counted

#: How records are reviewed.
HOW = (
    "To review: open the results in the dashboard (curation-kit dashboard), or use "
    'job.review(row, "accepted") in a notebook.'
)

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
def review(context: typer.Context, job_id: JobId, json: Json = False) -> None:
    """List what curators accepted, edited, added and rejected."""
    job = workspace_of(context).jobs.get(job_id)
    rows = job.review_rows()
    if json:
        echo_json({"counts": job.review_counts, "reviews": rows})
        return
    print_table(
        [{**row, "time": f"{row['time']:%d %b %H:%M}"} for row in rows],
        _COLUMNS,
        right=("record",),
        empty=f"Nothing is reviewed yet. {HOW}",
    )
    counts, total = job.review_counts, job.total_records
    given = [f"{count} {verdict}" for verdict, count in counts.items() if count]
    told = f": {', '.join(given)}" if given else ""
    say(f"{sum(counts.values())} of {counted(total, 'record')} reviewed{told}.")


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
        say(f"No record of {job.name} is reviewed, so nothing is known. {HOW}")
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
