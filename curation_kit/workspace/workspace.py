"""The folder that holds documents, flows, jobs and results."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from curation_kit.agents import session_agents
from curation_kit.documents.library import Document, DocumentLibrary
from curation_kit.errors import FlowError, WorkspaceError
from curation_kit.flow import Flow, FlowLibrary
from curation_kit.jobs import Backend, JobOptions, JobStore, StepCache
from curation_kit.llm import AnswerCache, Settings, Spending
from curation_kit.runner import Folders, Runner, check_installed
from curation_kit.store import DATABASE, Database
from curation_kit.workspace.cache import Cache
from curation_kit.workspace.costs import check_prices
from curation_kit.workspace.estimating import Estimate, cores, estimate
from curation_kit.workspace.gold_tables import GoldTables
from curation_kit.workspace.job import Job
from curation_kit.workspace.jobs import Jobs

if TYPE_CHECKING:
    from curation_kit.doctor import Finding

__all__ = ["Workspace", "default_path"]


#: Documents that wait for the network at the same time, unless told otherwise.
IO_JOBS = 32


def default_path() -> Path:
    """Folder of the workspace when none is named.

    The environment variable ``CURATION_KIT_WORKSPACE``, else
    ``~/curation-kit``.
    """
    named = os.environ.get("CURATION_KIT_WORKSPACE")
    return Path(named).expanduser() if named else Path.home() / "curation-kit"


class Workspace:
    """One folder that holds documents, flows, jobs and results.

    Parameters
    ----------
    path
        The folder, made when absent; see `default_path`.

    Attributes
    ----------
    path : Path
        The folder.
    documents : DocumentLibrary
        Add, list and remove PDFs.
    flows : FlowLibrary
        Saved flows by name.
    jobs : Jobs
        Earlier and running jobs.
    cache : Cache
        What is kept so that nothing is computed or paid for twice.
    gold : GoldTables
        Tables of known truth that jobs are scored against.
    spending : Spending
        What calls to models have used, by job and by day.

    Raises
    ------
    WorkspaceError
        If the folder cannot be made or written.
    """

    def __init__(self, path: str | Path | None = None) -> None:
        self.path = (
            Path(path).expanduser() if path is not None else default_path()
        ).absolute()
        self._folders = Folders.of(self.path)
        folders = (
            self._folders.documents,
            self._folders.results,
            self._folders.cache,
            self.path / "flows",
        )
        try:
            for folder in folders:
                folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise WorkspaceError(
                f"The workspace {self.path} cannot be used ({error.strerror}). Choose "
                "another folder with --workspace or CURATION_KIT_WORKSPACE; "
                "curation-kit doctor tells more."
            ) from error
        self._database = Database(self.path / DATABASE)
        self._store = JobStore(self._database)
        self.documents = DocumentLibrary(
            self._database, self._folders.documents, jobs_using=self._store.using
        )
        self.flows = FlowLibrary(self.path / "flows")
        self._runner = Runner(self.path)
        self.jobs = Jobs(self._store, self._folders, self._runner)
        self.cache = Cache(
            self._folders.cache,
            StepCache(self._database),
            AnswerCache(self._database),
            self._runner,
        )
        self.gold = GoldTables(self.path)
        self.spending = Spending(self._database)
        # What a crash left undone goes on without being asked for.
        self.jobs.ensure_runner()

    def __repr__(self) -> str:
        return f"Workspace({str(self.path)!r})"

    def close(self) -> None:
        """Close the store's file; running jobs go on."""
        self._database.close()

    @property
    def settings(self) -> Settings:
        """Model services, limits and prices; assign to change them."""
        return Settings.read(self.path)

    @settings.setter
    def settings(self, settings: Settings) -> None:
        settings.write(self.path)

    def doctor(self, *, thorough: bool = False) -> list[Finding]:
        """Look for what is wrong in the workspace; nothing is changed.

        For a workspace that cannot be opened: ``curation-kit doctor``, or
        `curation_kit.doctor.examine`.

        Parameters
        ----------
        thorough
            Compare checksums of all files, not only their sizes.
        """
        from curation_kit.doctor import examine

        return examine(self.path, thorough=thorough)

    def submit(
        self,
        flow: Flow | str,
        documents: Document | str | Iterable[Document | str],
        name: str | None = None,
        *,
        n_jobs: int | None = None,
        backend: Backend = "loky",
        address: str | None = None,
        time_limit: float | None = None,
        memory_limit: float | None = None,
        io_jobs: int | None = None,
        nice: int | None = None,
        use_cache: bool = True,
        budget: float | None = None,
    ) -> Job:
        """Start a job in a process of its own and return at once.

        It goes on when the notebook, the browser tab or the terminal is
        closed.

        Parameters
        ----------
        flow
            A flow, or the name of a saved one. The job keeps a copy.
        documents
            Documents of this workspace, or their ids.
        name
            Made from flow, number of papers and time when left out.
        n_jobs
            Documents that compute at the same time; one per core when left out,
            on a cluster one per thread of its workers.
        backend
            ``loky`` (processes), ``sequential`` (no processes, to debug), or a
            cluster: ``dask`` or ``ray``.
        address
            Of the cluster's scheduler: ``tcp://HOST:PORT`` for Dask, ``HOST:PORT``
            for Ray (when left out, the Ray cluster of this machine).
        time_limit
            Seconds after which a document is stopped; 900 when left out.
        memory_limit
            GB (1e9 bytes) of memory that the process of a document may use; 2
            when left out.
        io_jobs
            Further documents that wait for the network at the same time; 32
            when left out, 0 where no step of the flow does.
        nice
            How much the work gives way to other programs, 0 to 19; 5 when left
            out.
        use_cache
            Whether steps that an earlier job has done for the same document,
            and answers that it has paid for, are used again.
        budget
            US dollars that its calls to models may cost together: at the cap it
            pauses, and `Job.resume` goes on with a higher one. No cap when left
            out.

        Raises
        ------
        FlowError
            If the flow has problems, or an agent that only this session knows.
        JobError
            If there are no documents, a budget but no price for a model, an
            option that is not valid, or no package for the backend.
        """
        flow = self._checked(flow)
        if own := _session_agents_of(flow):
            raise FlowError(
                [
                    f'The agent "{agent}" was registered in this session only, and a '
                    "submitted job runs in another process: use run(), or offer the "
                    "agent as a plug-in."
                    for agent in sorted(own)
                ]
            )
        job = self.create(
            flow,
            documents,
            name,
            n_jobs=n_jobs,
            backend=backend,
            address=address,
            time_limit=time_limit,
            memory_limit=memory_limit,
            io_jobs=io_jobs,
            nice=nice,
            use_cache=use_cache,
            budget=budget,
        )
        self._runner.start()
        return job

    def run(
        self,
        flow: Flow | str,
        documents: Document | str | Iterable[Document | str],
        name: str | None = None,
        *,
        n_jobs: int | None = None,
        backend: Backend = "loky",
        address: str | None = None,
        time_limit: float | None = None,
        memory_limit: float | None = None,
        io_jobs: int | None = None,
        nice: int | None = None,
        use_cache: bool = True,
        budget: float | None = None,
    ) -> Job:
        """Run a job in this process and return when it has ended.

        Parameters are those of `submit`. Failed papers raise nothing: they
        are rows of ``job.documents``. Interrupted with Ctrl-C, the job is
        paused and can be resumed.
        """
        job = self.create(
            flow,
            documents,
            name,
            n_jobs=n_jobs,
            backend=backend,
            address=address,
            time_limit=time_limit,
            memory_limit=memory_limit,
            io_jobs=io_jobs,
            nice=nice,
            use_cache=use_cache,
            budget=budget,
        )
        return job.run()

    def estimate(
        self,
        flow: Flow | str,
        documents: Document | str | Iterable[Document | str],
        *,
        n_jobs: int | None = None,
        io_jobs: int | None = None,
    ) -> Estimate:
        """Tell about what a job would take: calls, tokens, US dollars, minutes.

        Parameters are those of `submit`. Nothing is started and nobody is asked.

        Raises
        ------
        FlowError
            If the flow has problems, or asks a model and no service is there.
        """
        flow = self._checked(flow)
        return estimate(
            flow,
            self._chosen(documents),
            flow.settings(self.path),
            computing=n_jobs or cores(),
            waiting=_io_jobs(flow, io_jobs),
            timed=self.jobs.times_of(flow),
            seconds_of=self.spending.seconds_of,
        )

    def create(
        self,
        flow: Flow | str,
        documents: Document | str | Iterable[Document | str],
        name: str | None = None,
        *,
        n_jobs: int | None = None,
        backend: Backend = "loky",
        address: str | None = None,
        time_limit: float | None = None,
        memory_limit: float | None = None,
        io_jobs: int | None = None,
        nice: int | None = None,
        use_cache: bool = True,
        budget: float | None = None,
    ) -> Job:
        """Write a job without starting it; ``job.run()`` does.

        Parameters are those of `submit`. A runner that is at work on this
        workspace may start it by itself.
        """
        flow = self._checked(flow)
        chosen = self._chosen(documents)
        check_prices(budget, flow, flow.settings(self.path))
        options = {
            "n_jobs": n_jobs,
            "io_jobs": _io_jobs(flow, io_jobs),
            "backend": backend,
            "address": address,
            "time_limit": time_limit,
            "memory_limit": memory_limit,
            "nice": nice,
            "use_cache": use_cache,
            "budget": budget,
            "session_agents": sorted(_session_agents_of(flow)),
        }
        given = {name: value for name, value in options.items() if value is not None}
        checked = JobOptions.of(given)
        check_installed(checked.backend)
        job_id = self._store.create(
            flow,
            [(document.id, document.name) for document in chosen],
            name=name,
            options=checked,
        )
        return self.jobs.get(job_id)

    def _chosen(
        self, documents: Document | str | Iterable[Document | str]
    ) -> list[Document]:
        """Give documents of this workspace, some of them named by their ids."""
        if isinstance(documents, Document | str):
            documents = [documents]
        return [
            self.documents.get(item) if isinstance(item, str) else self._own(item)
            for item in documents
        ]

    def _checked(self, flow: Flow | str) -> Flow:
        """Give a flow, or the saved one of that name, without problems."""
        if isinstance(flow, str):
            flow = self.flows[flow]
        flow.check()
        return flow.with_services(flow.settings(self.path))

    def _own(self, document: Document) -> Document:
        """Give a document of this workspace; one of another is looked up here."""
        if document.path.parent == self._folders.documents:
            return document
        return self.documents.get(document.id)


def _io_jobs(flow: Flow, wanted: int | None) -> int:
    """Documents that may wait for the network; none where no step does."""
    if not flow.waits():
        return 0
    return IO_JOBS if wanted is None else wanted


def _session_agents_of(flow: Flow) -> set[str]:
    """Names of the agents of a flow that only this process knows."""
    return session_agents() & {step.agent for step in flow.steps}
