"""What becomes of a document that was taken: its outcome, or why it is run again."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace

from curation_kit.agents import get_agent, origin
from curation_kit.errors import FailureCategory, NotFound, WorkspaceError
from curation_kit.jobs import LOCAL, Claim, JobStore, Outcome, StepCache
from curation_kit.llm import Settings
from curation_kit.processes import WorkerNotStarted
from curation_kit.runner.admission import Admissions
from curation_kit.runner.cluster.pilots import UnlikePilot
from curation_kit.runner.desk import RunnerDesk
from curation_kit.runner.document import run_document
from curation_kit.runner.folders import Folders
from curation_kit.runner.places import DocumentTask
from curation_kit.runner.pool import Lost, WorkerPool
from curation_kit.runner.settings_file import SettingsFile

__all__ = ["Attempts"]

_log = logging.getLogger(__name__)


class Attempts:
    """Attempts at documents, each with a desk at which it asks.

    Parameters
    ----------
    pause
        Pauses a job with a reason.
    fail
        Called with what makes work impossible.
    stopped
        Tells whether the runner shall end.
    in_process
        Whether documents run in this process, without a pool.
    """

    def __init__(
        self,
        store: JobStore,
        folders: Folders,
        *,
        pause: Callable[[str, str], None],
        fail: Callable[[Exception], None],
        stopped: Callable[[], bool],
        in_process: bool,
    ) -> None:
        self._store = store
        self._folders = folders
        self._pause = pause
        self._fail = fail
        self._in_process = in_process
        self._steps = StepCache(store.database)
        self._admissions = Admissions(store, stopped=stopped)
        self._settings = SettingsFile(folders.workspace)
        self._last_task: DocumentTask | None = None

    def make(self, pool: WorkerPool, claim: Claim) -> Outcome | Lost:
        """Run a document, and say what became of it."""
        try:
            return self._made(pool, claim)
        except Lost as lost:
            return lost
        except WorkspaceError as error:
            self._fail(error)
            return Lost("the workspace could not be written")
        except WorkerNotStarted as error:
            self._pause(
                claim.job_id,
                f"This computer refuses more processes: {error}. End some, or "
                "give the job a lower n_jobs, then resume it. What they say when they "
                "end is in runner.log.",
            )
            return Lost(str(error))
        except NotFound as error:
            return Outcome.failure(
                FailureCategory.FLOW,
                str(error),
                "Install the package that has this agent, then retry.",
            )
        except Exception as error:  # noqa: BLE001 - the document's outcome
            # Neither the paper nor the worker: for instance an agent that
            # cannot be sent to another process.
            _log.exception("%s could not be run", claim.name)
            return Outcome.failure(
                FailureCategory.INTERNAL,
                f"The flow could not be run: {type(error).__name__}: {error}",
                "This is a fault in an agent or in curation_kit, not in the paper: "
                "report the message together with the name of the flow.",
            )

    def _made(self, pool: WorkerPool, claim: Claim) -> Outcome:
        try:
            settings = self._settings.read()
        except WorkspaceError as error:
            if claim.flow.asks_model:
                self._pause(claim.job_id, f"{error} Correct it, then resume the job.")
                raise Lost(str(error)) from error
            settings = Settings()
        else:
            self._admissions.adopt(settings)
        task = self._task(claim, settings)
        desk = RunnerDesk(
            claim, self._store, self._steps, self._admissions, self._folders
        )
        try:
            if not self._in_process or claim.options.lane != LOCAL:
                return pool.run(task, desk, claim.options, apart=bool(claim.suspect))
            outcome = run_document(task, desk)
        except UnlikePilot as error:
            self._pause(claim.job_id, f"{error}, then resume the job.")
            raise Lost(str(error)) from error
        finally:
            desk.close()
        assert isinstance(outcome, Outcome)  # noqa: S101 - there is no other place
        return outcome

    def _task(self, claim: Claim, settings: Settings) -> DocumentTask:
        """Give all that a worker needs to know; most of it is that of the last one."""
        last = self._last_task
        if last is None or last.flow is not claim.flow or last.settings is not settings:
            names = [step.agent for step in claim.flow.steps]
            last = self._last_task = DocumentTask(
                document_id="",
                name="",
                path=self._folders.documents,
                stem="",
                flow=claim.flow,
                agents=tuple(get_agent(name) for name in names),
                origins=tuple(origin(name) for name in names),
                cache=self._folders.cache,
                settings=settings,
            )
        return replace(
            last,
            document_id=claim.document_id,
            name=claim.name,
            path=self._folders.documents / f"{claim.document_id}.pdf",
            stem=claim.stem,
            fresh=claim.fresh,
        )
