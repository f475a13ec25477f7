"""What a page shows and what its buttons do, without any widget.

Every button of the dashboard calls one public method of these classes; a
notebook or a test can call the same.
"""

from __future__ import annotations

from curation_kit.session.documents_view import DocumentsView
from curation_kit.session.evidence_view import EvidenceView
from curation_kit.session.flow_builder import FlowBuilder
from curation_kit.session.flow_list import FlowList
from curation_kit.session.flow_test import FlowTest
from curation_kit.session.flows_page import FlowsPage
from curation_kit.session.folder import FolderAdder
from curation_kit.session.help import HelpView
from curation_kit.session.job_form import JobForm
from curation_kit.session.job_list import JobList
from curation_kit.session.job_view import JobView
from curation_kit.session.outcomes import Outcomes
from curation_kit.session.preview import DocumentPreview
from curation_kit.session.review_desk import ReviewDesk
from curation_kit.session.selection import DocumentSelection
from curation_kit.session.session import CurationSession
from curation_kit.session.settings_page import SettingsPage
from curation_kit.session.uploads import UploadReceiver

__all__ = [
    "CurationSession",
    "DocumentPreview",
    "DocumentSelection",
    "DocumentsView",
    "EvidenceView",
    "FlowBuilder",
    "FlowList",
    "FlowTest",
    "FlowsPage",
    "FolderAdder",
    "HelpView",
    "JobForm",
    "JobList",
    "JobView",
    "Outcomes",
    "ReviewDesk",
    "SettingsPage",
    "UploadReceiver",
]
