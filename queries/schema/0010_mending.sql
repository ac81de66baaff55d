-- What a wide row said alone, what vanished from a case's events with the batch in which it came back, and refused rows
-- that somebody put aside.

-- Times that a wide row gave for a case whose events are listed, and that are not among those listed: the list was taken.
CREATE TABLE wide_only (
    batch_id     BIGINT NOT NULL,
    case_id      VARCHAR NOT NULL,
    event        VARCHAR NOT NULL,
    "at"         TIMESTAMP NOT NULL,
    at_whole_day BOOLEAN NOT NULL
);

-- Until now they stood in remarks, in words.
INSERT INTO wide_only
WITH said AS (
    SELECT batch_id, record AS case_id,
        unnest(string_split(regexp_extract(remark, '^a wide row gives (.*), which is not among', 1), ', ')) AS said
    FROM remarks WHERE kind = 'cases' AND remark LIKE 'a wide row gives %'
)
SELECT batch_id, case_id, split_part(said, ' at ', 1), CAST(split_part(said, ' at ', 2) AS TIMESTAMP),
    length(split_part(said, ' at ', 2)) = 10
FROM said;
DELETE FROM remarks WHERE kind = 'cases' AND remark LIKE 'a wide row gives %';

-- Events of an older set of a case that the set which came in its place (batch_id) has not: one that merely moved (the newer
-- set has one of the same kind at another time) has the time in now_at; now_at null: it vanished. back_in is the batch that
-- brought it back, if one did. A bare date and a time of that day are the same. A set that a snapshot withdrew whole is not
-- listed, until another comes in its place.
CREATE VIEW lost_events AS
WITH stated AS (
    SELECT case_id, seq, event, "at", at_whole_day, unit, note, source_id, row_no, known_from, known_to
    FROM case_events_versions
    WHERE NOT withdrawn AND coalesce(known_to > known_from, true)
      AND case_id IN (SELECT case_id FROM case_events_versions WHERE known_to > known_from AND NOT withdrawn)
),
begun AS (
    SELECT DISTINCT case_id, known_from AS batch_id FROM stated
),
replaced AS (
    SELECT o.*, b.batch_id
    FROM stated o ASOF JOIN begun b ON b.case_id = o.case_id AND b.batch_id >= o.known_to
),
gone AS (
    SELECT o.*, row_number() OVER (PARTITION BY o.case_id, o.event, o.batch_id ORDER BY o."at", o.seq) AS nth
    FROM replaced o
    ANTI JOIN stated n
        ON n.case_id = o.case_id AND n.event = o.event AND n.unit IS NOT DISTINCT FROM o.unit
       AND n.known_from <= o.batch_id AND coalesce(n.known_to > o.batch_id, true)
       AND (n."at" = o."at" OR ((n.at_whole_day OR o.at_whole_day) AND CAST(n."at" AS DATE) = CAST(o."at" AS DATE)))
),
come AS (
    SELECT n.case_id, n.event, n."at", n.known_from AS batch_id,
        row_number() OVER (PARTITION BY n.case_id, n.event, n.known_from ORDER BY n."at", n.seq) AS nth
    FROM stated n
    ANTI JOIN replaced o
        ON o.case_id = n.case_id AND o.event = n.event AND o.unit IS NOT DISTINCT FROM n.unit AND o.batch_id = n.known_from
       AND (n."at" = o."at" OR ((n.at_whole_day OR o.at_whole_day) AND CAST(n."at" AS DATE) = CAST(o."at" AS DATE)))
)
SELECT g.batch_id, g.case_id, g.event, g."at", g.at_whole_day, g.unit, g.note, any_value(c."at") AS now_at, g.source_id,
    g.row_no, min(n.known_from) AS back_in
FROM gone g
LEFT JOIN come c ON c.case_id = g.case_id AND c.event = g.event AND c.batch_id = g.batch_id AND c.nth = g.nth
LEFT JOIN stated n
    ON n.case_id = g.case_id AND n.event = g.event AND n.unit IS NOT DISTINCT FROM g.unit AND n.known_from > g.batch_id
   AND (n."at" = g."at" OR ((n.at_whole_day OR g.at_whole_day) AND CAST(n."at" AS DATE) = CAST(g."at" AS DATE)))
GROUP BY g.batch_id, g.case_id, g.event, g."at", g.at_whole_day, g.unit, g.note, g.source_id, g.row_no, g.nth;

-- Those of them that have not come back since.
DROP VIEW vanished_events;
CREATE VIEW vanished_events AS SELECT * EXCLUDE (back_in) FROM lost_events WHERE back_in IS NULL;

-- Refused rows that are rubbish, put aside or taken back. Rows are only ever added, each act in a batch of its own; the
-- latest about a refused row holds.
CREATE TABLE dismissals (
    batch_id  BIGINT NOT NULL,
    source_id BIGINT NOT NULL,           -- the refused row
    row_no    BIGINT NOT NULL,
    dismissed BOOLEAN NOT NULL,          -- false: taken back
    reason    VARCHAR NOT NULL,
    acted_by  VARCHAR NOT NULL,
    acted_at  TIMESTAMP NOT NULL         -- as stated by who did it
);

-- Refused rows that no other row stands for.
CREATE VIEW unsettled_quarantine AS
SELECT q.* FROM quarantine q
WHERE NOT EXISTS (SELECT 1 FROM settled s WHERE s.source_id = q.source_id AND s.row_no = q.row_no);

-- Of these, those put aside, with the act by which they are.
CREATE VIEW dismissed_quarantine AS
SELECT q.*, d.batch_id AS dismissed_in, d.reason, d.acted_by, d.acted_at
FROM unsettled_quarantine q
JOIN (
    SELECT * FROM dismissals QUALIFY row_number() OVER (PARTITION BY source_id, row_no ORDER BY batch_id DESC) = 1
) d ON d.source_id = q.source_id AND d.row_no = q.row_no
WHERE d.dismissed;

-- And those that wait.
DROP VIEW open_quarantine;
CREATE VIEW open_quarantine AS
SELECT q.* FROM unsettled_quarantine q
WHERE NOT EXISTS (SELECT 1 FROM dismissed_quarantine d WHERE d.source_id = q.source_id AND d.row_no = q.row_no);
