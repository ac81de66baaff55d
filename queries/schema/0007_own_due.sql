-- Some systems give each case a due of its own (办理期限). Columns stand in the dictionary's order, so the table is made
-- anew with its rows.

CREATE TABLE cases_versions_with_due (
    case_id VARCHAR NOT NULL,
    enterprise_id VARCHAR NOT NULL,
    title VARCHAR,
    detail VARCHAR,
    category VARCHAR,
    case_class VARCHAR,
    channel VARCHAR,
    submitted_at TIMESTAMP NOT NULL,
    submitted_at_whole_day BOOLEAN NOT NULL,
    due_at TIMESTAMP,
    due_at_whole_day BOOLEAN,
    source_id BIGINT NOT NULL,
    row_no BIGINT NOT NULL,
    exported_on DATE NOT NULL,
    withdrawn BOOLEAN NOT NULL,
    known_from BIGINT NOT NULL,
    known_to BIGINT
);

INSERT INTO cases_versions_with_due
SELECT case_id, enterprise_id, title, detail, category, case_class, channel, submitted_at, submitted_at_whole_day,
    NULL, NULL, source_id, row_no, exported_on, withdrawn, known_from, known_to
FROM cases_versions;

DROP VIEW cases;

DROP TABLE cases_versions;

ALTER TABLE cases_versions_with_due RENAME TO cases_versions;

CREATE VIEW cases AS SELECT * EXCLUDE (withdrawn, known_to) FROM cases_versions WHERE known_to IS NULL AND NOT withdrawn;
