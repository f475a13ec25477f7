"""What a workspace keeps so that nothing is computed or paid for twice."""

from __future__ import annotations

import shutil
from pathlib import Path

from curation_kit.errors import WorkspaceError
from curation_kit.jobs import StepCache
from curation_kit.llm import AnswerCache
from curation_kit.runner import Runner

__all__ = ["Cache"]


class Cache:
    """Texts of papers, results of steps, and answers of services.

    Parameters
    ----------
    folder
        Where the texts are.
    """

    def __init__(
        self, folder: Path, steps: StepCache, answers: AnswerCache, runner: Runner
    ) -> None:
        self._folder = folder
        self._steps = steps
        self._answers = answers
        self._runner = runner

    def sizes(self) -> dict[str, tuple[int, int]]:
        """Number and bytes of the texts, steps and answers that are kept."""
        texts = [path.stat().st_size for path in self._folder.rglob("*.text")]
        return {
            "texts": (len(texts), sum(texts)),
            "steps": self._steps.size(),
            "answers": self._answers.size(),
        }

    def clear(self, *, answers: bool = False) -> None:
        """Delete texts and results of steps; later jobs make them again.

        Parameters
        ----------
        answers
            Whether answers of services are deleted too: they would have to be
            paid for again.

        Raises
        ------
        WorkspaceError
            If a runner is at work, which may need them.
        """
        try:
            with self._runner.lock().acquire(blocking=False):
                for path in self._folder.iterdir():
                    if path.is_dir():
                        shutil.rmtree(path)
                    else:
                        path.unlink()
                self._steps.clear()
                if answers:
                    self._answers.clear()
        except TimeoutError:
            raise WorkspaceError(
                "Jobs are running and use the cache: clear it when they have ended."
            ) from None
