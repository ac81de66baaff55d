-- Section rows (一、计划续建项目（20项）) are counted apart from titles. The check of the sum cannot be altered in
-- place, so the table is made anew with its rows.

CREATE TABLE sources_with_sections (
    source_id        BIGINT PRIMARY KEY,
    batch_id         BIGINT NOT NULL,
    path             VARCHAR NOT NULL,   -- as given on the command line
    sheet            VARCHAR,            -- null where the format has none
    content_sha256   VARCHAR NOT NULL,   -- of the whole file; empty: it broke off, and is to be read again
    reading_sha256   VARCHAR NOT NULL,   -- of the dictionary and options it was read with
    kind             VARCHAR,            -- null: not an export
    note             VARCHAR,            -- why not, or that its content was known already
    rows             BIGINT NOT NULL,
    accepted         BIGINT NOT NULL,
    unchanged        BIGINT NOT NULL,
    quarantined      BIGINT NOT NULL,
    skipped_blank    BIGINT NOT NULL,
    skipped_title    BIGINT NOT NULL,
    skipped_section  BIGINT NOT NULL,
    skipped_total    BIGINT NOT NULL,
    skipped_repeated BIGINT NOT NULL,
    CHECK (rows = accepted + unchanged + quarantined + skipped_blank + skipped_title + skipped_section + skipped_total
        + skipped_repeated)
);

INSERT INTO sources_with_sections
SELECT source_id, batch_id, path, sheet, content_sha256, reading_sha256, kind, note, rows, accepted, unchanged,
    quarantined, skipped_blank, skipped_title, 0, skipped_total, skipped_repeated
FROM sources;

DROP TABLE sources;

ALTER TABLE sources_with_sections RENAME TO sources;
