"""Commands for what curators said of the records of a job."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from curation_kit.cli.app import app, workspace_of
from curation_kit.cli.jobs import JobId, Json
from curation_kit.cli.output import echo_json, print_table, say

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
    """List what curators accepted, edited and rejected."""
    job = workspace_of(context).jobs.get(job_id)
    rows = job.review_rows()
    if json:
        echo_json({"counts": job.review_counts, "reviews": rows})
        return
    print_table(
        [{**row, "time": f"{row['time']:%d %b %H:%M}"} for row in rows],
        _COLUMNS,
        right=("record",),
        empty="Nothing is reviewed yet: open the results in the dashboard, or use "
        "job.review(...) in a notebook.",
    )
    counts, total = job.review_counts, job.total_records
    told = ", ".join(f"{count} {verdict}" for verdict, count in counts.items())
    say(f"{sum(counts.values())} of {total} records reviewed: {told}.")


@app.command()
def gold(
    context: typer.Context,
    job_id: JobId,
    all_documents: Annotated[
        bool,
        typer.Option(
            "--all-documents", help="Also documents that are reviewed only in part."
        ),
    ] = False,
) -> None:
    """Print the accepted records as a table of known truth, for evaluate."""
    from curation_kit.formats import delimited

    job = workspace_of(context).jobs.get(job_id)
    table = job.gold(complete_only=not all_documents)
    columns = [str(name) for name in table.columns]
    rows = [dict(zip(columns, row, strict=True)) for row in table.to_numpy()]
    sys.stdout.buffer.write(delimited(rows, columns, ","))
    documents = job.reviewed_documents(complete_only=not all_documents)
    say(f"{len(rows)} accepted records of {len(documents)} reviewed documents.")
    left = len(job.reviewed_documents(complete_only=False)) - len(documents)
    if left:
        say(
            f"Documents left out because they are reviewed only in part: {left}. "
            "--all-documents takes them too."
        )
