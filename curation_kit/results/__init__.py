"""Results: DataFrames and the ZIP."""

from curation_kit.results.archive import write_zip
from curation_kit.results.column_types import Categories, record_types
from curation_kit.results.frames import frame, records_frame

__all__ = ["Categories", "frame", "record_types", "records_frame", "write_zip"]
