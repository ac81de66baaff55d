-- One row per submission by as-of of a case whose submission is not told plainly; every such case has one. A plain one is
-- one `submitted` at the case's own time (case_events.sql).
--
-- The clock of a case starts at its `submitted` event, or at cases.submitted_at where it has none; where the two
-- differ the earlier holds, and a bare date yields to a time of the same day.
WITH said AS (
    SELECT
        e.case_id,
        COALESCE(e.seq, 0) AS seq,
        e.event,
        e.at,
        CAST(e.at AS DATE) AS day,
        e.at_whole_day AS whole_day,
        e.unit,
        e.until,
        e.note
    FROM warehouse.case_events_versions e
    INNER JOIN warehouse.submitted_apart d ON d.case_id = e.case_id
    CROSS JOIN params p
    WHERE e.event = 'submitted'
      AND e.known_from <= p.known_at
      AND (e.known_to IS NULL OR e.known_to > p.known_at)
      AND NOT e.withdrawn
      AND (CASE WHEN e.at_whole_day THEN CAST(e.at AS DATE) <= p.as_of_day ELSE e.at <= p.as_of END)
),
submission AS (
    SELECT
        s.*,
        ROW_NUMBER() OVER (
            PARTITION BY s.case_id
            ORDER BY s.day NULLS LAST, CASE WHEN s.whole_day THEN 0 ELSE 1 END NULLS LAST, s.at NULLS LAST, s.seq NULLS LAST
        ) AS turn_no
    FROM said s
),
first_submission AS (
    SELECT
        c.case_id,
        COALESCE(s.seq, -1) AS seq,
        CASE
            WHEN s.at IS NULL THEN TRUE
            WHEN CAST(c.submitted_at AS DATE) <> s.day THEN CAST(c.submitted_at AS DATE) < s.day
            WHEN s.whole_day THEN TRUE
            WHEN c.submitted_at_whole_day THEN FALSE
            ELSE c.submitted_at < s.at
        END AS by_case,
        c.submitted_at,
        c.submitted_at_whole_day,
        s.at,
        s.whole_day,
        s.unit,
        s.note
    FROM cases c
    INNER JOIN warehouse.submitted_apart d ON d.case_id = c.case_id
    LEFT JOIN submission s ON s.case_id = c.case_id AND s.turn_no = 1
)
SELECT
    f.case_id,
    f.seq,
    'submitted' AS event,
    CASE WHEN f.by_case THEN f.submitted_at ELSE f.at END AS at,
    CAST(CASE WHEN f.by_case THEN f.submitted_at ELSE f.at END AS DATE) AS day,
    CASE WHEN f.by_case THEN f.submitted_at_whole_day ELSE f.whole_day END AS whole_day,
    f.unit,
    CAST(NULL AS DATE) AS until,
    f.note
FROM first_submission f
UNION ALL
SELECT s.case_id, s.seq, s.event, s.at, s.day, s.whole_day, s.unit, s.until, s.note
FROM submission s
INNER JOIN cases c ON c.case_id = s.case_id
WHERE s.turn_no > 1
