"""Results: DataFrames and the ZIP."""

from curation_kit.results.archive import Entry, write_zip
from curation_kit.results.frames import frame, record_types, records_frame

__all__ = ["Entry", "frame", "record_types", "records_frame", "write_zip"]
