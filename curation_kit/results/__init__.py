"""Results: DataFrames, tables, the ZIP and what it says about its run."""

from curation_kit.results.archive import Archive, Packed, zip_archive
from curation_kit.results.column_types import Categories, record_types
from curation_kit.results.crate import crate
from curation_kit.results.files import in_the_way, whole_file
from curation_kit.results.frames import frame, records_frame
from curation_kit.results.tables import (
    TABLE_FORMATS,
    parquet_aside,
    table_format,
    write_pieces,
    write_table,
)

__all__ = [
    "TABLE_FORMATS",
    "Archive",
    "Categories",
    "Packed",
    "crate",
    "frame",
    "in_the_way",
    "parquet_aside",
    "record_types",
    "records_frame",
    "table_format",
    "whole_file",
    "write_pieces",
    "write_table",
    "zip_archive",
]
