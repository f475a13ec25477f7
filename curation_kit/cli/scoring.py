"""``evaluate`` and ``compare``: how well a job did."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from curation_kit.cli.app import app, workspace_of
from curation_kit.cli.jobs import JobId
from curation_kit.cli.output import (
    FOLDER_MADE,
    echo_json,
    make_folder,
    print_table,
    write_file,
)
from curation_kit.cli.record_table import print_compact, print_records
from curation_kit.documents.paths import user_path
from curation_kit.errors import JobError

if TYPE_CHECKING:
    from curation_kit.workspace import JobEvaluation

#: Errors of each kind, changes and moves that a terminal shows.
ROWS_SHOWN = 25


Match = Literal["exact", "label", "ontology"]


@app.command()
def evaluate(
    context: typer.Context,
    job_id: JobId,
    gold: Annotated[
        Path,
        typer.Argument(
            exists=True,
            dir_okay=False,
            help="CSV, TSV or Excel (.xlsx). It needs the columns document (file "
            "name), gene_symbol and anatomy_label, and may have gene_id, anatomy_id, "
            "stage_label, stage_id, cellular_component_label, cellular_component_id, "
            "assay and negated (true or false); also document_id, where papers of the "
            "job have the same file name.",
        ),
    ],
    match: Annotated[
        Match,
        typer.Option(
            help="How names are compared where not both rows have identifiers: letter "
            "by letter; whatever their case, hyphens and plural, or as another name of "
            "the identifier that one has; or by all that the vocabularies say of them, "
            "terms above and below them included."
        ),
    ] = "label",
    within: Annotated[
        int | None,
        typer.Option(
            min=0,
            show_default="1",
            help="With --match ontology: most steps between a term and one above it "
            "that count as the same.",
        ),
    ] = None,
    errors: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Write all that was missed or is wrong, with its cause and evidence, "
            f"as CSV, or as TSV by its name. {FOLDER_MADE}",
        ),
    ] = None,
    all_papers: Annotated[
        bool,
        typer.Option(
            "--all-papers",
            help="Count the rows of papers that the gold table has no line of as "
            "wrong, too.",
        ),
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Score what the flow of a job found against a table of known truth.

    Only papers that the gold table covers are judged. A line with a document and
    an empty gene_symbol covers a paper that was read and has nothing to find. A
    line that leaves a place, a stage, a component or an assay empty matches any.
    The numbers in brackets are 95 % intervals: where the score would lie if other
    papers like these were judged; fewer than 5 papers cannot say.
    curation-kit gold makes such a table of reviews.
    """
    if within is not None and match != "ontology":
        raise typer.BadParameter(
            "it needs --match ontology; the others look at no terms above.",
            param_hint="--within",
        )
    job = workspace_of(context).jobs.get(job_id)
    result = job.evaluate(
        gold,
        match=match,
        within=1 if within is None else within,
        all_papers=all_papers,
    )
    if errors is not None:
        make_folder(errors)
        _write_errors(result, user_path(errors))
    if json:
        echo_json(_as_json(result))
        return
    typer.echo(result.coverage())
    typer.echo(result.summary())
    typer.echo()
    print_table(
        _score_lines(result), ("of", *_SCORES, *_NUMBERS), right=(*_SCORES, *_NUMBERS)
    )
    _print_papers(result)
    _print_errors(result)
    if match != "ontology" and _names_differ(result):
        typer.echo(
            "\nPlaces or stages are named in other ways than expected: "
            "--match ontology also takes terms just above or below for the same."
        )


def _names_differ(result: JobEvaluation) -> bool:
    """Whether something was missed because a place or a stage has another name."""
    causes = result.missed["cause"].astype(str)
    return bool(causes.str.contains("another anatomy|another stage").any())


_SCORES = ("precision", "recall", "F1")
_NUMBERS = ("expected", "found")


def _score_lines(result: JobEvaluation) -> list[dict[str, Any]]:
    """Scores of the rows and of each field that the gold table gives."""
    lines = [
        {
            "of": "rows",
            **{_name(n): _score(getattr(result, n), *result.intervals[n])
               for n in result.intervals},
            "expected": result.gold,
            "found": result.found,
        }
    ]  # fmt: skip
    for row in result.fields.reset_index().to_dict("records"):
        if row["gold"]:
            scores = {
                _name(name): _score(row[name], row[f"{name}_low"], row[f"{name}_high"])
                for name in result.intervals
            }
            numbers = {"expected": int(row["gold"]), "found": int(row["found"])}
            lines.append({"of": row["field"], **scores, **numbers})
    return lines


def _name(score: str) -> str:
    return {"f1": "F1"}.get(score, score)


def _score(value: float, low: float, high: float) -> str:
    """Write a score with its interval; of few papers there is none."""
    if value != value:  # noqa: PLR0124 - NaN differs from itself
        return "none"
    if low == high or low != low:  # noqa: PLR0124 - as above
        return f"{value:.2f}"
    return f"{value:.2f} [{low:.2f}-{high:.2f}]"


def _print_papers(result: JobEvaluation) -> None:
    rows = result.documents.reset_index().to_dict("records")
    if len(rows) < 2:  # noqa: PLR2004 - of one paper all is said
        return
    names = ("precision", "recall", "f1")
    nan = float("nan")
    lines = [
        {
            "document": row["document"],
            **{_name(name): _score(row[name], nan, nan) for name in names},
            "expected": int(row["gold"]),
            "found": int(row["found"]),
            "right": int(row["found_right"]),
        }
        for row in sorted(rows, key=lambda row: (row["f1"], row["document"]))
    ]
    print_table(
        lines[:ROWS_SHOWN],
        ("document", *_SCORES, *_NUMBERS, "right"),
        right=(*_SCORES, *_NUMBERS, "right"),
    )
    if more := len(lines[ROWS_SHOWN:]):
        typer.echo(f"… and {more:,} better papers; --json has all.")


def _print_errors(result: JobEvaluation) -> None:
    from curation_kit.evaluation.rows import plain_rows
    from curation_kit.records import truth_value

    missed = [
        {
            **row,
            "negated": truth_value(row.get("negated")),
            "instead": row["nearest"] or row["dropped_quote"],
        }
        for row in plain_rows(result.missed)
    ]
    wrong = [{**row, "expected": row["nearest"]} for row in plain_rows(result.false)]
    shared = ("document", "gene_symbol", "anatomy_label", "stage_label", "negated")
    for title, rows, columns in (
        ("Missed", missed, (*shared, "cause", "instead")),
        ("Wrong", wrong, (*shared, "page", "cause", "expected")),
    ):
        if rows:
            typer.echo(f"\n{title}: {len(rows):,}")
            print_records(rows[:ROWS_SHOWN], columns, below=columns[-2:])
        if more := len(rows[ROWS_SHOWN:]):
            typer.echo(f"… and {more:,} more; --errors FILE and --json have all.")


def _as_json(result: JobEvaluation) -> dict[str, Any]:
    from curation_kit.evaluation.rows import plain_rows

    return {
        "papers": result.papers,
        "judged": result.papers if result.all_papers else len(result.judged),
        "not_completed": result.undone,
        "not_in_the_job": result.strange,
        "match": result.match,
        "within": result.within if result.match == "ontology" else None,
        "gold": result.gold,
        "found": result.found,
        "precision": result.precision,
        "recall": result.recall,
        "f1": result.f1,
        "intervals": {name: [*ends] for name, ends in result.intervals.items()},
        "fields": result.fields.reset_index().to_dict("records"),
        "documents": result.documents.reset_index().to_dict("records"),
        "missed": plain_rows(result.missed),
        "wrong": plain_rows(result.false),
    }


def _write_errors(result: JobEvaluation, path: Path) -> None:
    """Write the errors as one table; the first column says which kind each is."""
    from curation_kit.evaluation.rows import plain_rows
    from curation_kit.formats import delimited

    separators = {".csv": ",", ".tsv": "\t"}
    if path.suffix.lower() not in separators:
        raise JobError(
            f"{path} does not say which format is meant: end its name with .csv or "
            ".tsv."
        )
    rows = [
        {**row, "error": kind}
        for kind, table in (("missed", result.missed), ("wrong", result.false))
        for row in plain_rows(table)
    ]
    columns = [*dict.fromkeys(["error", *result.missed, *result.false])]
    filled = [{**dict.fromkeys(columns), **row} for row in rows]
    content = delimited(filled, columns, separators[path.suffix.lower()])
    write_file(path, content)


@app.command()
def compare(
    context: typer.Context,
    first: Annotated[str, typer.Argument(metavar="JOB", help="The earlier one.")],
    second: Annotated[str, typer.Argument(metavar="JOB", help="The later one.")],
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Show how the records of two jobs differ, as their flows made them.

    In the papers that both have completed: records that were lost and gained, that
    have changed (in the same gene and paper), and that stand on other evidence.
    """
    from curation_kit.evaluation.comparison import TITLES
    from curation_kit.evaluation.rows import plain_rows

    jobs = workspace_of(context).jobs
    result = jobs.get(first).compare(jobs.get(second))
    tables = {
        "changed": plain_rows(result.changed),
        "moved": plain_rows(result.moved),
        "lost": plain_rows(result.lost),
        "gained": plain_rows(result.gained),
    }
    if json:
        echo_json({"same": result.same, "left_out": result.undone, **tables})
        return
    typer.echo(result.summary())
    columns = {
        "changed": ("document", "fields", "before", "after"),
        "moved": ("document", "before", "page_before", "page_after", "quote_after"),
    }
    for name, rows in tables.items():
        if not rows:
            continue
        typer.echo(f"\n{TITLES[name]}: {len(rows):,}")
        if name in columns:
            print_table(
                rows[:ROWS_SHOWN],
                columns[name],
                right=("page_before", "page_after"),
                below=("before", "after", "quote_after"),
            )
        else:
            # The names of the index say the same as the document.
            hidden = {"document_id", "paper", "record"}
            shown = [
                {key: value for key, value in row.items() if key not in hidden}
                for row in rows[:ROWS_SHOWN]
            ]
            print_compact(shown)
        if more := len(rows[ROWS_SHOWN:]):
            typer.echo(f"… and {more:,} more; --json has all.")
