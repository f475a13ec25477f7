"""Look after a workspace: what is wrong with it, and what may be thrown away."""

from curation_kit.doctor.cleaning import Removed, clean
from curation_kit.doctor.examination import examine
from curation_kit.doctor.findings import Finding, Level

__all__ = ["Finding", "Level", "Removed", "clean", "examine"]
