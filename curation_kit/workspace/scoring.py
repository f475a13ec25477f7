"""How well a job did: against known truth, and beside another job."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from importlib.metadata import entry_points
from pathlib import Path
from typing import TYPE_CHECKING, Any

from curation_kit.documents.papers import (
    Papers,
    filled,
    namesakes,
    told_namesakes,
)
from curation_kit.documents.paths import user_path
from curation_kit.errors import JobError
from curation_kit.evaluation import (
    MATCH_FIELDS,
    Comparison,
    Evaluation,
    Match,
    compare,
    evaluate,
    read_gold,
)
from curation_kit.evaluation.explaining import FALSE_COLUMNS, MISSED_COLUMNS
from curation_kit.evaluation.gold import GOLD_COLUMNS, check_columns, has_gene
from curation_kit.jobs import Status
from curation_kit.phrases import counted, listed, shown
from curation_kit.workspace.viewing import JobViewing

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["JobComparison", "JobEvaluation", "JobScoring"]

#: Document id and number of each record of a table.
_Keys = list[tuple[str, int]]


@dataclass(frozen=True, slots=True, repr=False)
class JobEvaluation(Evaluation):
    """How well a job did; a notebook shows it with the evidence of each error.

    Attributes
    ----------
    job : Job
        The job.
    match, within
        How names were compared, see `curation_kit.evaluation.evaluate`.
    judged
        Papers of the job that were scored.
    undone
        Those of them that are not completed: there was nothing to be found yet.
    papers
        Number of papers in the job.
    strange
        Papers of the gold table that the job has not: their rows count as missed.
    all_papers
        Whether papers of which the gold table has no row were scored too.
    repeated
        Number of rows of the gold table that say the same as another one.
    unread
        Columns of the gold table that nothing was compared with.
    keys
        Document id and number of each record that was scored, as ``nearest_row`` of
        `missed` counts them. Papers of `missed` have their ``document_id``, too.
    """

    job: JobScoring
    match: Match
    within: int
    judged: tuple[str, ...]
    undone: tuple[str, ...]
    papers: int
    strange: tuple[str, ...]
    all_papers: bool
    repeated: int
    unread: tuple[str, ...]
    keys: _Keys

    def __repr__(self) -> str:
        return f"<Evaluation of {self.job.name}: {self.summary()}>"

    def coverage(self) -> str:
        """Say how many papers of the job were scored, and why not the others."""
        one = "paper" if self.papers == 1 else "papers"
        told = f"{len(self.judged):,} of {self.papers:,} {one} judged"
        rest = self.papers - len(self.judged)
        if rest and not self.all_papers:
            others = "the other" if rest == 1 else "the others"
            told += f" (the gold table has no rows of {others})"
        elif rest:
            told = (
                f"{self.papers:,} of {self.papers:,} {one} judged (the gold table has "
                f"no rows of {rest:,}: what was found there counts as wrong)"
            )
        if undone := len(self.undone):
            are = "is" if undone == 1 else "are"
            told += (
                f". {undone:,} of them {are} not completed: rows expected there count "
                "as missed"
            )
        if self.strange:
            also = "paper" if len(self.strange) == 1 else "papers"
            told += (
                f". The gold table also has {len(self.strange):,} {also} that this "
                f"job has not ({_listed(self.strange)}): rows expected there count as "
                "missed"
            )
        if self.repeated:
            lines = "line says" if self.repeated == 1 else "lines say"
            told += (
                f". {self.repeated:,} {lines} the same as another one of the gold "
                "table and are not counted"
            )
        if self.unread:
            columns = "column" if len(self.unread) == 1 else "columns"
            told += f". Not compared: the {columns} {_listed(self.unread)}"
        return f"{told}."

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        """Show scores and errors, by whoever offers a display of them."""
        for entry in entry_points(group="curation_kit.displays", name="evaluation"):
            bundle: dict[str, Any] = entry.load()(self)
            return bundle
        return {"text/plain": repr(self)}


@dataclass(frozen=True, slots=True, repr=False)
class JobComparison(Comparison):
    """How the records of two jobs differ; a notebook shows it as tables.

    Attributes
    ----------
    keys
        Document id and number of each record of both jobs, as ``first_row`` and
        ``second_row`` count them.
    undone
        Papers that both have, and not both have completed: they are left out.
    """

    keys: tuple[_Keys, _Keys]
    undone: tuple[str, ...]

    def summary(self) -> str:
        """Give the numbers in one sentence, and what papers are not in them."""
        told = Comparison.summary(self)  # dataclasses with slots know no super()
        if self.undone:
            papers = counted(len(self.undone), "paper is", "papers are")
            told += (
                f" {papers} left out, as not both jobs have completed "
                f"{'it' if len(self.undone) == 1 else 'them'}: {_listed(self.undone)}."
            )
        return told


class JobScoring(JobViewing):
    """Scoring and comparing what the flow of a job found."""

    def evaluate(
        self,
        gold: pd.DataFrame | str | Path,
        *,
        match: Match = "label",
        within: int = 1,
        fields: Sequence[str] = MATCH_FIELDS,
        all_papers: bool = False,
    ) -> JobEvaluation:
        """Score what the flow found against a table of known truth.

        Whatever curators have said of it meanwhile.

        Parameters
        ----------
        gold
            The table, or its file: see `curation_kit.evaluation.read_gold`.
        match, within, fields, all_papers
            See `curation_kit.evaluation.evaluate`.

        Returns
        -------
        JobEvaluation
            Its wrong rows also say ``why`` they were kept.

        Raises
        ------
        CurationKitError
            If the table cannot be read, has other columns, or names a paper of which
            the job has several without their ``document_id``.
        JobError
            If it covers no paper of this job, or the job's records are not of gene
            expression.
        """
        self._check_gene_expression()
        if isinstance(gold, str | Path):
            table, truth = f"gold table {gold}", read_gold(user_path(gold))
        else:
            table, truth = "gold table", gold
        check_columns(truth, "gold table")
        documents = self.documents
        papers = Papers({table: truth, "job": documents})
        others = papers.namesakes(table, "job")
        given, own = papers[table], papers["job"]
        named = dict.fromkeys(filter(None, given))
        judged = [key for key in own if key in named]
        if not named and not all_papers:
            raise JobError(
                f"The {table} has no lines: write one for each finding of a "
                "paper, or one with its document only if there is nothing to find."
            )
        if not judged and not all_papers:
            theirs, ours = ([*map(papers.name, keys)] for keys in (named, own))
            raise JobError(
                f"The {table} has no line of any paper of {self.name}: its "
                f"column document has {_listed(theirs)}; it has to name papers as the "
                f"job does: {_listed(ours)}.{told_namesakes(others)}"
            )
        found = self.table("machine")
        states = dict(zip(own, documents["status"], strict=True))
        ids = [  # of the gold table, also where it has names only
            key if key in states else document_id
            for key, document_id in zip(
                given, filled(truth, "document_id"), strict=True
            )
        ]
        result = evaluate(
            found,
            truth.assign(document_id=ids),
            match=match,
            within=within,
            fields=fields,
            all_papers=all_papers,
            dropped=self.dropped,
        )
        return JobEvaluation(
            **_content(
                replace(result, false=self._with_why(result.false), namesakes=others)
            ),
            job=self,
            match=match,
            within=within,
            judged=tuple(map(papers.name, judged)),
            undone=tuple(
                papers.name(key) for key in judged if states[key] != Status.COMPLETED
            ),
            papers=len(own),
            strange=tuple(papers.name(key) for key in named if key not in states),
            all_papers=all_papers,
            repeated=sum(has_gene(truth)) - result.gold,
            unread=tuple(
                str(name)
                for name in truth.columns
                if name not in {*GOLD_COLUMNS, *MISSED_COLUMNS, *FALSE_COLUMNS, "error"}
                and name not in found.columns
            ),
            keys=_keys(found),
        )

    def compare(self, other: JobScoring) -> JobComparison:
        """Compare what the flows of this job and of another one found.

        In the papers that both have completed, whatever these are called: they are
        known by their content. The second of the two is the other one.

        Raises
        ------
        JobError
            If they have no paper in common, or the other one is no job.
        CurationKitError
            If the records of one are not of gene expression.
        """
        if not isinstance(other, JobScoring):
            raise JobError(
                f"{shown(other)} is no job: give one, such as "
                'ws.jobs.get("First batch"). Two tables: curation_kit.compare.'
            )
        ours, theirs = self.document_names(), other.document_names()
        shared = ours.keys() & theirs.keys()
        others = namesakes(ours, theirs)
        if not shared:
            raise JobError(
                f"“{self.name}” and “{other.name}” have no paper in common: compare "
                f"jobs of the same papers.{told_namesakes(others)}"
            )
        # First: papers may end meanwhile.
        both = shared.intersection(self._completed(), other._completed())
        first, second = self.table("machine"), other.table("machine")
        keys = _keys(first), _keys(second)
        found = both & {document_id for table in keys for document_id, _ in table}
        if not found:  # in none of these papers
            first, second = first[:0], second[:0]
        result = compare(first, second, documents=found or None)
        return JobComparison(
            **_content(replace(result, namesakes=others)),
            keys=keys,
            undone=tuple(ours[key] for key in ours if key in shared - both),
        )

    def _completed(self) -> list[str]:
        """Ids of the papers whose records there are."""
        return self._store.documents_in(self.id, Status.COMPLETED)

    def _with_why(self, rows: pd.DataFrame) -> pd.DataFrame:
        """Wrong rows with what the extractor said of why it kept each."""
        why = {
            (key, number): record.explained()
            for _, key, number, record in self.records_of(
                [*dict.fromkeys(rows["document_id"])], "machine"
            )
        }
        keys = zip(rows["document_id"], rows["record"], strict=True)
        return rows.assign(why=[why[key] for key in keys])


def _keys(table: pd.DataFrame) -> _Keys:
    numbers = table.index.get_level_values("record")
    return [*zip(table["document_id"].tolist(), numbers.tolist(), strict=True)]


def _listed(names: Sequence[str]) -> str:
    """Some names in quotes, and how many more there are."""
    return listed(f'"{name}"' for name in names)


def _content(result: Evaluation | Comparison) -> dict[str, Any]:
    return {field.name: getattr(result, field.name) for field in fields(result)}
