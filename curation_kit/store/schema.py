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

_SECOND = """
-- Seconds that a job was processing, and since when it is now (or NULL).
ALTER TABLE jobs ADD COLUMN worked REAL NOT NULL DEFAULT 0;
ALTER TABLE jobs ADD COLUMN since REAL;
UPDATE jobs SET worked = max(ended - started, 0)
    WHERE started IS NOT NULL AND ended IS NOT NULL;
UPDATE jobs SET since = started WHERE status = 'processing';

-- Number of attempts at which one that never answers counts as crashed.
ALTER TABLE job_documents ADD COLUMN allowed INTEGER NOT NULL DEFAULT 3;
-- 1: shall run in a process of its own, 2: with nothing else in flight.
ALTER TABLE job_documents ADD COLUMN suspect INTEGER NOT NULL DEFAULT 0;
-- 0: the flow of the job, else a number of retry_flows.
ALTER TABLE job_documents ADD COLUMN flow INTEGER NOT NULL DEFAULT 0;
UPDATE job_documents SET allowed = attempts + 3;

DROP INDEX job_documents_status;
CREATE INDEX job_documents_status
    ON job_documents (job_id, status, suspect, position);
CREATE INDEX job_documents_document ON job_documents (document_id);
CREATE INDEX upload_batches_document ON upload_batches (document_id);
CREATE INDEX job_documents_in_flight
    ON job_documents (suspect) WHERE status = 'processing';

ALTER TABLE attempts ADD COLUMN flow INTEGER NOT NULL DEFAULT 0;
ALTER TABLE attempts ADD COLUMN charged INTEGER NOT NULL DEFAULT 1;
ALTER TABLE attempts ADD COLUMN first_step INTEGER; -- those before it were reused
ALTER TABLE attempts ADD COLUMN step INTEGER;       -- at which it ended early

CREATE TABLE retry_flows (
    job_id TEXT NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
    number INTEGER NOT NULL,          -- from 1
    flow TEXT NOT NULL,               -- JSON
    PRIMARY KEY (job_id, number)
) WITHOUT ROWID;

-- What steps gave, for retries and for jobs with the same first steps.
CREATE TABLE step_results (
    key TEXT PRIMARY KEY,             -- digest of all that decides the result
    document_id TEXT NOT NULL REFERENCES documents (id) ON DELETE CASCADE,
    agent TEXT NOT NULL,
    records BLOB NOT NULL,            -- zlib of a JSON list
    ledger TEXT NOT NULL,             -- JSON of Ledger
    created REAL NOT NULL
) WITHOUT ROWID;

CREATE INDEX step_results_document ON step_results (document_id);

-- What services answered, kept the moment it arrived: paid once.
CREATE TABLE answers (
    key TEXT PRIMARY KEY,             -- digest of the request
    answer TEXT NOT NULL,
    created REAL NOT NULL
) WITHOUT ROWID
"""

_THIRD = """
-- Candidates that did not become records, and why.
CREATE TABLE dropped_candidates (
    job_id TEXT NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
    document_id TEXT NOT NULL,
    number INTEGER NOT NULL,          -- order in the document, from 0
    reason TEXT NOT NULL,
    agent TEXT NOT NULL,
    words TEXT NOT NULL,              -- its quote and values, as they are searched
    candidate TEXT NOT NULL,          -- JSON of Dropped
    PRIMARY KEY (job_id, document_id, number)
) WITHOUT ROWID;

CREATE INDEX dropped_candidates_reason ON dropped_candidates (job_id, reason);
CREATE INDEX job_documents_position ON job_documents (job_id, position);

-- The newest verdict of a curator on a record, which itself is never changed;
-- earlier ones are in the events.
CREATE TABLE reviews (
    job_id TEXT NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
    document_id TEXT NOT NULL,
    number INTEGER NOT NULL,          -- of the record
    verdict TEXT NOT NULL,            -- accepted, edited, rejected
    changes TEXT NOT NULL,            -- JSON: the curator's values by column
    note TEXT NOT NULL,
    reviewer TEXT NOT NULL,
    time REAL NOT NULL,
    PRIMARY KEY (job_id, document_id, number)
) WITHOUT ROWID
"""

_FOURTH = """
-- Calls to models. What a day has cost outlives the job: no foreign key.
CREATE TABLE calls (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    job_id TEXT NOT NULL,
    document_id TEXT NOT NULL,
    step INTEGER NOT NULL,            -- index in the flow
    agent TEXT NOT NULL,
    service TEXT NOT NULL,
    model TEXT NOT NULL,
    key TEXT NOT NULL,                -- of the request; see answers
    status TEXT NOT NULL,             -- open, answered, kept, failed, lost
    began REAL NOT NULL,              -- seconds since the epoch
    seconds REAL,
    input_tokens INTEGER,             -- while open or lost: the most it can be
    output_tokens INTEGER,
    estimated INTEGER NOT NULL DEFAULT 0, -- 1: the service did not count tokens
    cost REAL,                        -- US dollars, NULL without a price
    fault TEXT                        -- message of the fault
);

CREATE INDEX calls_job ON calls (job_id, document_id);
CREATE INDEX calls_began ON calls (began);
CREATE INDEX calls_open ON calls (id) WHERE status = 'open';

-- When an answer was last used, and its bytes, for those that make room.
ALTER TABLE answers ADD COLUMN used REAL NOT NULL DEFAULT 0;
ALTER TABLE answers ADD COLUMN size INTEGER NOT NULL DEFAULT 0;
UPDATE answers SET used = created, size = length(CAST(answer AS BLOB));
CREATE INDEX answers_used ON answers (used, size)
"""

_FIFTH = """
-- The runner looks for work with each document: past jobs, each with its flow, are
-- not read for that.
CREATE INDEX jobs_open ON jobs (created) WHERE status IN ('pending', 'processing');

-- A row takes about 1 kB. Without a rowid it is part of the index, whose pages hold
-- rows of up to a quarter of them: nearly each took a page more, three times the room.
ALTER TABLE records RENAME TO records_without_rowid;
CREATE TABLE records (
    job_id TEXT NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
    document_id TEXT NOT NULL,
    number INTEGER NOT NULL,          -- order in the document, from 0
    record TEXT NOT NULL,             -- JSON of the Record
    PRIMARY KEY (job_id, document_id, number)
);
INSERT INTO records SELECT * FROM records_without_rowid
    ORDER BY job_id, document_id, number;
DROP TABLE records_without_rowid
"""

_SIXTH = """
-- As records: of most papers these take the most room, and now half of it.
ALTER TABLE dropped_candidates RENAME TO dropped_without_rowid;
CREATE TABLE dropped_candidates (
    job_id TEXT NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
    document_id TEXT NOT NULL,
    number INTEGER NOT NULL,          -- order in the document, from 0
    reason TEXT NOT NULL,
    agent TEXT NOT NULL,
    words TEXT NOT NULL,              -- its quote and values, as they are searched
    candidate TEXT NOT NULL,          -- JSON of Dropped
    PRIMARY KEY (job_id, document_id, number)
);
INSERT INTO dropped_candidates SELECT * FROM dropped_without_rowid
    ORDER BY job_id, document_id, number;
DROP TABLE dropped_without_rowid;
-- With the key, which it had by itself before: a page is found without wide rows.
CREATE INDEX dropped_candidates_reason
    ON dropped_candidates (job_id, reason, document_id, number)
"""

_SEVENTH = """
-- The number of a record that was added is never given again: it is looked up where all
-- writers wait.
CREATE INDEX events_added ON events (job_id, document_id)
    WHERE type = 'record_added'
"""

_EIGHTH = """
-- The seq of the last event when it was kept: that is before or after a job was made,
-- whatever the clock says. Of what is there the clock tells which job that was; only
-- for jobs that do not use all that is kept: to write each answer anew takes a while.
ALTER TABLE step_results ADD COLUMN event INTEGER NOT NULL DEFAULT 0;
ALTER TABLE answers ADD COLUMN event INTEGER NOT NULL DEFAULT 0;
CREATE TABLE made AS SELECT created,
    coalesce((SELECT min(seq) FROM events WHERE job_id = jobs.id), 0) AS event FROM jobs
    WHERE CASE WHEN json_valid(options) THEN NOT json_extract(options, '$.use_cache')
    OR json_array_length(options, '$.session_agents') END;
CREATE INDEX made_created ON made (created);
UPDATE step_results SET event = (SELECT event FROM made
    WHERE made.created <= step_results.created ORDER BY made.created DESC LIMIT 1)
    WHERE created >= (SELECT min(created) FROM made);
UPDATE answers SET event = (SELECT event FROM made
    WHERE made.created <= answers.created ORDER BY made.created DESC LIMIT 1)
    WHERE created >= (SELECT min(created) FROM made);
DROP TABLE made
"""

MIGRATIONS: tuple[str, ...] = (
    _FIRST,
    _SECOND,
    _THIRD,
    _FOURTH,
    _FIFTH,
    _SIXTH,
    _SEVENTH,
    _EIGHTH,
)
