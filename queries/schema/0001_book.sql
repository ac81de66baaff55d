-- The book of what came in: batches, the sources (one sheet of one file) of each, and refused rows.

CREATE TABLE batches (
    batch_id    BIGINT PRIMARY KEY,      -- 1, 2, …: the order in which things became known
    started_at  TIMESTAMP NOT NULL,      -- local time
    exported_on DATE NOT NULL,           -- orders versions: an older export never overrides a newer one
    program     VARCHAR NOT NULL         -- version of guanjia that took it
);

CREATE TABLE sources (
    source_id        BIGINT PRIMARY KEY,
    batch_id         BIGINT NOT NULL,
    path             VARCHAR NOT NULL,   -- as given on the command line
    sheet            VARCHAR,            -- null where the format has none
    content_sha256   VARCHAR NOT NULL,   -- of the whole file
    reading_sha256   VARCHAR NOT NULL,   -- of the dictionary and options it was read with
    kind             VARCHAR,            -- null: not an export
    note             VARCHAR,            -- why not, or that its content was known already
    rows             BIGINT NOT NULL,
    accepted         BIGINT NOT NULL,
    unchanged        BIGINT NOT NULL,
    quarantined      BIGINT NOT NULL,
    skipped_blank    BIGINT NOT NULL,
    skipped_title    BIGINT NOT NULL,
    skipped_total    BIGINT NOT NULL,
    skipped_repeated BIGINT NOT NULL,
    CHECK (rows = accepted + unchanged + quarantined + skipped_blank + skipped_title + skipped_total + skipped_repeated)
);

-- One row per refused row of a file; cells and reasons are JSON text, exactly as they are shown.
CREATE TABLE quarantine (
    batch_id  BIGINT NOT NULL,
    source_id BIGINT NOT NULL,
    row_no    BIGINT NOT NULL,           -- as the spreadsheet numbers it, from 1
    kind      VARCHAR NOT NULL,
    cells     VARCHAR NOT NULL,          -- {"header": "text as it stood", …} in the file's order
    reasons   VARCHAR NOT NULL           -- [{"column", "rule", "value", "remedy"}, …]
);

-- What is odd without being refused: two sources that disagree, a clock that starts twice.
CREATE TABLE remarks (
    batch_id BIGINT NOT NULL,
    kind     VARCHAR NOT NULL,           -- table
    record   VARCHAR NOT NULL,           -- key
    remark   VARCHAR NOT NULL            -- in words
);
