-- What a batch was taken as, rows that a mapping leaves out, refused rows that came back corrected, and events
-- that a later set no longer has.

-- mode: snapshot (what its ledgers no longer have ends or is withdrawn), delta (events are added); null: neither.
ALTER TABLE batches ADD COLUMN mode VARCHAR;

-- A sum has one more part: rows that a mapping leaves out.
ALTER TABLE sources RENAME TO sources_before;
CREATE TABLE sources (
    source_id        BIGINT PRIMARY KEY,
    batch_id         BIGINT NOT NULL,
    path             VARCHAR NOT NULL,   -- as given on the command line
    sheet            VARCHAR,            -- null where the format has none
    content_sha256   VARCHAR NOT NULL,   -- of the whole file; empty: it broke off, and is to be read again
    reading_sha256   VARCHAR NOT NULL,   -- of the dictionary, mapping and options it was read with
    kind             VARCHAR,            -- null: not an export
    note             VARCHAR,            -- why not, or what is to be said of it
    rows             BIGINT NOT NULL,
    accepted         BIGINT NOT NULL,
    unchanged        BIGINT NOT NULL,
    quarantined      BIGINT NOT NULL,
    skipped_blank    BIGINT NOT NULL,
    skipped_title    BIGINT NOT NULL,
    skipped_section  BIGINT NOT NULL,
    skipped_total    BIGINT NOT NULL,
    skipped_repeated BIGINT NOT NULL,
    skipped_left_out BIGINT NOT NULL DEFAULT 0, -- by the mapping
    mapping          VARCHAR,            -- name of the mapping it was read by; null: by its headers
    ended            BIGINT,             -- snapshots: assignments that it no longer has, which end
    withdrawn        BIGINT,             -- snapshots: other records that it no longer has
    CHECK (rows = accepted + unchanged + quarantined + skipped_blank + skipped_title + skipped_section
        + skipped_total + skipped_repeated + skipped_left_out)
);
INSERT INTO sources SELECT *, 0, NULL, NULL, NULL FROM sources_before;
DROP TABLE sources_before;

-- One row per refused row that came back in a workbook of `guanjia quarantine`.
CREATE TABLE settled (
    source_id  BIGINT NOT NULL,          -- the refused row
    row_no     BIGINT NOT NULL,
    by_source  BIGINT NOT NULL,          -- the row that came in its place
    by_row     BIGINT NOT NULL,
    again      BOOLEAN NOT NULL          -- which was refused, too, and stands in its place
);

-- Refused rows that wait to be corrected: those that no other row stands for.
CREATE VIEW open_quarantine AS
SELECT q.* FROM quarantine q
WHERE NOT EXISTS (SELECT 1 FROM settled s WHERE s.source_id = q.source_id AND s.row_no = q.row_no);

-- Events that a case's set had and the set that replaced it has not, and that have not come back since.
--
-- An event that merely moved (the newer set has one of the same kind at another time) has the time in now_at;
-- now_at null: it vanished. A set that a snapshot withdrew whole is not listed here.
CREATE VIEW vanished_events AS
WITH gone AS (
    SELECT o.case_id, o.event, o."at", o.at_whole_day, o.unit, o.note, o.known_to AS batch_id, o.source_id, o.row_no,
        row_number() OVER (PARTITION BY o.case_id, o.event, o.known_to ORDER BY o."at", o.seq) AS nth
    FROM case_events_versions o
    WHERE o.known_to > o.known_from AND NOT o.withdrawn
      AND NOT EXISTS (
        SELECT 1 FROM case_events_versions n
        WHERE n.case_id = o.case_id AND n.event = o.event AND n."at" = o."at" AND NOT n.withdrawn
          AND ((n.known_from <= o.known_to AND (n.known_to > o.known_to OR n.known_to IS NULL)) OR n.known_to IS NULL))
      AND EXISTS (
        SELECT 1 FROM case_events_versions n
        WHERE n.case_id = o.case_id AND n.known_from = o.known_to AND NOT n.withdrawn
          AND coalesce(n.known_to > n.known_from, true))
),
come AS (
    SELECT n.case_id, n.event, n."at", n.known_from AS batch_id,
        row_number() OVER (PARTITION BY n.case_id, n.event, n.known_from ORDER BY n."at", n.seq) AS nth
    FROM case_events_versions n
    WHERE NOT n.withdrawn AND coalesce(n.known_to > n.known_from, true)
      AND NOT EXISTS (
        SELECT 1 FROM case_events_versions o
        WHERE o.case_id = n.case_id AND o.event = n.event AND o."at" = n."at" AND o.known_to = n.known_from
          AND o.known_from < o.known_to AND NOT o.withdrawn)
)
SELECT g.batch_id, g.case_id, g.event, g."at", g.at_whole_day, g.unit, g.note, c."at" AS now_at, g.source_id, g.row_no
FROM gone g
LEFT JOIN come c ON c.case_id = g.case_id AND c.event = g.event AND c.batch_id = g.batch_id AND c.nth = g.nth;
