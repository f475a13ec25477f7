"""Run the documents of jobs, in this process or in a detached one."""

from curation_kit.runner.clusters import check_installed
from curation_kit.runner.document import format_again
from curation_kit.runner.folders import Folders
from curation_kit.runner.gate import GATE_REASONS
from curation_kit.runner.places import DocumentTask
from curation_kit.runner.process import LOG, Runner, work
from curation_kit.runner.recovery import recover

__all__ = [
    "GATE_REASONS",
    "LOG",
    "DocumentTask",
    "Folders",
    "Runner",
    "check_installed",
    "format_again",
    "recover",
    "work",
]
