"""What a page shows and what its buttons do, without any widget.

Every button of the dashboard calls one public method of these classes; a
notebook or a test can call the same.
"""

from __future__ import annotations

from curation_kit.session.job_form import JobForm
from curation_kit.session.job_list import JobList
from curation_kit.session.job_view import JobView
from curation_kit.session.selection import DocumentSelection
from curation_kit.session.session import CurationSession
from curation_kit.session.uploads import UploadReceiver

__all__ = [
    "CurationSession",
    "DocumentSelection",
    "JobForm",
    "JobList",
    "JobView",
    "UploadReceiver",
]
