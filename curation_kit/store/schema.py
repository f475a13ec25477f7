"""The tables of a workspace, as numbered migrations.

Never edit a migration that was released: append a new one. The number of
applied migrations is SQLite's ``PRAGMA user_version``.
"""

from __future__ import annotations

__all__ = ["MIGRATIONS"]

_FIRST = """
CREATE TABLE documents (
    id TEXT PRIMARY KEY,              -- SHA-256 of the bytes, hex
    name TEXT NOT NULL,               -- file name shown to people
    added REAL NOT NULL,              -- seconds since the epoch
    preflight TEXT NOT NULL           -- JSON
) WITHOUT ROWID;

CREATE TABLE upload_batches (
    name TEXT NOT NULL,
    document_id TEXT NOT NULL REFERENCES documents (id) ON DELETE CASCADE,
    PRIMARY KEY (name, document_id)
) WITHOUT ROWID;

CREATE TABLE jobs (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    flow TEXT NOT NULL,               -- JSON copy: editing the flow changes no job
    options TEXT NOT NULL,            -- JSON of JobOptions
    status TEXT NOT NULL,
    reason TEXT,                      -- why it is paused or could not run
    created REAL NOT NULL,
    started REAL,
    ended REAL,
    claimed INTEGER NOT NULL DEFAULT 0 -- seq of its last claim: the fair share
) WITHOUT ROWID;

-- document_id has no foreign key: a job keeps its results when a document is removed.
CREATE TABLE job_documents (
    job_id TEXT NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
    position INTEGER NOT NULL,        -- order of the documents in the job
    document_id TEXT NOT NULL,
    name TEXT NOT NULL,               -- file name when the job was made
    stem TEXT NOT NULL,               -- of its result files, unique in the job
    status TEXT NOT NULL,
    step INTEGER,                     -- index of the step running or failed
    category TEXT,
    message TEXT,
    hint TEXT,
    attempts INTEGER NOT NULL DEFAULT 0, -- since it was last asked to run
    records INTEGER,
    started REAL,
    ended REAL,
    seconds REAL,
    ledger TEXT,                      -- JSON of Ledger
    PRIMARY KEY (job_id, document_id)
) WITHOUT ROWID;

CREATE INDEX job_documents_status ON job_documents (job_id, status, position);

CREATE TABLE attempts (
    job_id TEXT NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
    document_id TEXT NOT NULL,
    number INTEGER NOT NULL,
    started REAL NOT NULL,
    ended REAL,
    outcome TEXT,                     -- completed, failed, cancelled, lost
    category TEXT,
    message TEXT,
    PRIMARY KEY (job_id, document_id, number)
) WITHOUT ROWID;

CREATE TABLE records (
    job_id TEXT NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
    document_id TEXT NOT NULL,
    number INTEGER NOT NULL,          -- order in the document, from 0
    record TEXT NOT NULL,             -- JSON of the Record
    PRIMARY KEY (job_id, document_id, number)
) WITHOUT ROWID;

CREATE TABLE result_files (
    job_id TEXT NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
    document_id TEXT NOT NULL,
    step INTEGER NOT NULL,
    name TEXT NOT NULL,               -- file in results/<job_id>/
    size INTEGER NOT NULL,
    sha256 TEXT NOT NULL,
    PRIMARY KEY (job_id, document_id, step)
) WITHOUT ROWID;

CREATE TABLE events (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, -- grows per workspace, never reused
    job_id TEXT NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
    document_id TEXT,
    type TEXT NOT NULL,
    time REAL NOT NULL,
    data TEXT NOT NULL                -- JSON
);

CREATE INDEX events_job ON events (job_id, seq)
"""

MIGRATIONS: tuple[str, ...] = (_FIRST,)
