"""The folder that holds documents, flows, jobs and results."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from curation_kit.documents.document import Document
from curation_kit.documents.given import document_keys
from curation_kit.documents.library import DocumentLibrary
from curation_kit.documents.paths import user_path
from curation_kit.errors import JobError, WorkspaceError
from curation_kit.flow import Flow, FlowLibrary
from curation_kit.jobs import Backend, JobStore, StepCache
from curation_kit.jobs.names import check_name
from curation_kit.llm import AnswerCache, Settings, Spending
from curation_kit.phrases import shown
from curation_kit.processes import cores
from curation_kit.runner import Folders, Runner
from curation_kit.store import DATABASE, Database
from curation_kit.workspace.cache import Cache
from curation_kit.workspace.estimating import Estimate, estimate
from curation_kit.workspace.gold_tables import GoldTables
from curation_kit.workspace.job import Job
from curation_kit.workspace.jobs import Jobs
from curation_kit.workspace.location import (
    default_path,
    find_workspace,
    make_workspace,
)
from curation_kit.workspace.planning import (
    checked_flow,
    checked_options,
    refuse_session_agents,
)

if TYPE_CHECKING:
    from curation_kit.doctor import Finding

__all__ = ["Workspace"]


class Workspace:
    """One folder that holds documents, flows, jobs and results.

    Parameters
    ----------
    path
        The folder; see `default_path`.
    create
        Whether a new workspace is made where there is none.

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
        If the folder cannot be made or written, or is no workspace and none shall
        be made.
    """

    def __init__(self, path: str | Path | None = None, *, create: bool = True) -> None:
        if path == "":  # of a variable that is not set: no wish for this very folder
            raise WorkspaceError(
                'A workspace needs a folder: leave it out for the default, or give "." '
                "for this one."
            )
        self.path = (user_path(path) if path is not None else default_path()).absolute()
        if not create:
            find_workspace(self.path)
        make_workspace(self.path)
        self._folders = Folders.of(self.path)
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

    def check_place(self) -> None:
        """See whether the folder is still the one that was opened.

        Raises
        ------
        WorkspaceError
            If it was moved or deleted, or another one is in its place.
        """
        self._database.check_place()

    @property
    def settings(self) -> Settings:
        """Model services, limits and prices; assign to change them."""
        return Settings.read(self.path)

    @settings.setter
    def settings(self, settings: Settings) -> None:
        if not isinstance(settings, Settings):
            raise WorkspaceError(
                f"Settings are a Settings, not {shown(settings)}: change a copy of "
                "those there are, for instance "
                'ws.settings.model_copy(update={"daily_budget": 5}).'
            )
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
            Documents of this workspace, or their ids; also rows of ``job.documents``
            or ``job.results``.
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
        refuse_session_agents(flow)
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
        self._runner.call()
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
        JobError
            If an option is not valid.
        """
        flow = self._checked(flow)
        options = checked_options(
            flow, self.path, {"n_jobs": n_jobs, "io_jobs": io_jobs}
        )
        return estimate(
            flow,
            self._chosen(documents),
            flow.settings(self.path),
            computing=options.n_jobs or cores(),
            waiting=options.io_jobs,
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
        self.check_place()  # a folder that was moved takes its papers along
        flow = self._checked(flow)
        options = {
            "n_jobs": n_jobs,
            "io_jobs": io_jobs,
            "backend": backend,
            "address": address,
            "time_limit": time_limit,
            "memory_limit": memory_limit,
            "nice": nice,
            "use_cache": use_cache,
            "budget": budget,
        }
        job_id = self._store.create(
            flow,
            [(document.id, document.name) for document in self._chosen(documents)],
            name=name,
            options=checked_options(flow, self.path, options),
        )
        return self.jobs.get(job_id)

    def check(
        self, flow: Flow | str, options: Mapping[str, Any], name: str | None = None
    ) -> None:
        """See whether a job can be made of a flow and options, before papers are there.

        Parameters
        ----------
        options
            Those of `submit`, by their names.
        name
            That of the job.

        Raises
        ------
        FlowError, JobError
            As `submit` does.
        """
        check_name(name)
        checked_options(self._checked(flow), self.path, options)

    def _chosen(
        self, documents: Document | str | Iterable[Document | str]
    ) -> list[Document]:
        """Give documents of this workspace, each once, some named by their ids."""
        given = document_keys(documents)
        others = [one for one in given if not self._own(one)]
        found = iter(self.documents.get_all(others))
        chosen = [one if self._own(one) else next(found) for one in given]
        if not chosen and (refusals := getattr(documents, "refusals", "")):
            raise JobError(f"A job needs a document, and none was added: {refusals}.")
        return list({document.id: document for document in chosen}.values())

    def _checked(self, flow: Flow | str) -> Flow:
        """Give a flow, or the saved one of that name, without problems."""
        if isinstance(flow, str):
            flow = self.flows[flow]
        return checked_flow(flow, self.path)

    def _own(self, given: Any) -> bool:
        """Whether it is a document of this workspace: others are looked up here."""
        folder = self._folders.documents
        return isinstance(given, Document) and given.path.parent == folder
