"""Run the documents of jobs, in this process or in a detached one."""

from curation_kit.runner.process import (
    LOG,
    runner_is_alive,
    runner_lock,
    start_runner,
    work,
)
from curation_kit.runner.schedule import Folders

__all__ = [
    "LOG",
    "Folders",
    "runner_is_alive",
    "runner_lock",
    "start_runner",
    "work",
]
