"""What travels between the runner and its workers, packed no oftener than needed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from curation_kit.jobs import KeptStep, Outcome
from curation_kit.processes import Line, pack
from curation_kit.runner.distant_desk import DistantDesk, DistantTexts
from curation_kit.runner.document import run_document
from curation_kit.runner.places import DocumentTask, HandOver, Place, place_after

__all__ = [
    "Parcel",
    "TaskPacker",
    "pack_call",
    "run_packed",
    "run_shared",
    "run_shipped",
]

#: Jobs whose common part is kept packed.
_MOST_KEPT = 16

#: A packed task: what is the same for all documents of a job, and what is not.
PackedTask = tuple[bytes, tuple[str, str, Path, str, bool]]


def pack_call(
    task: PackedTask,
    place: Place,
    state: bytes | None,
    lease: float = 0.0,
    run: Callable[..., Outcome | Parcel] | None = None,
) -> bytes:
    """Give what `Worker.call_packed` needs to `run_packed`; pickle knows it all."""
    import pickle

    return pickle.dumps((run or run_packed, (task, place, state, lease)))


@dataclass(frozen=True)  # with slots, pickling it takes several times as long
class Parcel:
    """A document between two places, which the runner passes on unopened.

    Attributes
    ----------
    place
        Where it goes on.
    done
        Key and result of its last step, to be kept.
    step
        Index of the step that begins there; None when that is known already.
    state
        A pickled `HandOver`.
    """

    place: Place
    done: tuple[str, KeptStep] | None
    step: int | None
    state: bytes

    def cancelled(self) -> Outcome:
        """Give the outcome of a document that stops before that step."""
        import pickle

        state: HandOver = pickle.loads(self.state)  # noqa: S301 - from our workers
        return state.cancelled()


class TaskPacker:
    """Pickles flow, agents and settings once for all documents of a job."""

    def __init__(self) -> None:
        self._kept: dict[tuple[Any, ...], tuple[DocumentTask, bytes]] = {}

    def pack(self, task: DocumentTask) -> PackedTask:
        """Give a task as bytes and strings.

        Raises
        ------
        Exception
            What pickle makes of an agent that cannot be sent.
        """
        import cloudpickle

        # Which ones, not what is in them: 1 and True are equal, but not the same
        # option. They are kept with the bytes, so no other can have their id.
        key = id(task.flow), id(task.settings), task.agents, task.origins, task.cache
        if (kept := self._kept.get(key)) is None:
            if len(self._kept) >= _MOST_KEPT:
                self._kept.clear()
            # cloudpickle: an agent may be of a class defined in a notebook.
            common = cloudpickle.dumps(
                replace(task, document_id="", name="", path=Path(), stem="")
            )
            kept = self._kept[key] = task, common
        _, common = kept
        return common, (task.document_id, task.name, task.path, task.stem, task.fresh)


@lru_cache(maxsize=_MOST_KEPT)
def _unpacked(common: bytes) -> DocumentTask:
    import pickle

    task: DocumentTask = pickle.loads(common)  # noqa: S301 - from the runner
    return task


def run_packed(
    packed: PackedTask,
    place: Place,
    state: bytes | None,
    lease: float,
    line: Line,
    *,
    shipped: bool = False,
) -> Outcome | Parcel:
    """Run a document in a worker's process."""
    import pickle

    common, (document_id, name, path, stem, fresh) = packed
    task = replace(
        _unpacked(common),
        document_id=document_id,
        name=name,
        path=path,
        stem=stem,
        fresh=fresh,
    )
    before: HandOver | None = (
        None if state is None else pickle.loads(state)  # noqa: S301 - our own
    )
    desk = DistantDesk(line, lease)
    texts = DistantTexts(desk) if shipped else None
    result = run_document(task, desk, place, before, texts)
    if isinstance(result, Outcome):
        return result
    done, result.done = result.done, None
    step = None
    if result.may_go is None and result.step < len(task.agents):
        # Who passes it on tells that the step begins: one message less.
        step, result.may_go = result.step, True
    return Parcel(place_after(task, result), done, step, pack(result))


def run_shared(
    packed: PackedTask, place: Place, state: bytes | None, lease: float, line: Line
) -> Outcome | Parcel:
    """Run a document on another machine that has the workspace's folder.

    Raises
    ------
    ImportError
        If the agents are not installed there as they are where the runner is.
    """
    _check(packed[0])
    return run_packed(packed, place, state, lease, line)


def run_shipped(
    packed: PackedTask, place: Place, state: bytes | None, lease: float, line: Line
) -> Outcome | Parcel:
    """Run a document on another machine that cannot read the workspace's folder.

    Raises
    ------
    ImportError
        As `run_shared`.
    """
    _check(packed[0])
    return run_packed(packed, place, state, lease, line, shipped=True)


@lru_cache(maxsize=_MOST_KEPT)
def _check(common: bytes) -> None:
    from curation_kit.runner.cluster.likeness import check_plug_ins

    try:
        check_plug_ins(_unpacked(common))
    except AttributeError as error:  # a module that lacks what the runner's has
        raise ImportError(str(error)) from error
