-- One row per measure and pause of a case: from a `suspended` to the first event that ends it; null ends: still
-- paused at as-of.
--
-- A second `suspended` in a pause and a stray end are ignored. A bare date begins at 00:00 and ends at 24:00; which of
-- the two a bare `reopened` or `resolved` is depends on the measure: its own starts begin the day.
WITH paused_case AS (
    SELECT DISTINCT e.case_id FROM touched_events e WHERE e.event = 'suspended'
),
act AS (
    SELECT
        r.measure,
        e.case_id,
        e.event,
        e.day,
        CASE WHEN NOT e.whole_day THEN 0 WHEN e.event = 'suspended' OR t.event IS NOT NULL THEN -1 ELSE 1 END AS day_rank,
        e.at,
        e.seq,
        CASE WHEN e.whole_day AND e.event <> 'suspended' AND t.event IS NULL
             THEN CAST(e.day + INTERVAL '1' DAY AS TIMESTAMP) ELSE e.at END AS instant
    FROM touched_events e
    INNER JOIN paused_case p ON p.case_id = e.case_id
    INNER JOIN measure r ON r.kind = 'deadline' AND r.source = 'cases'
    LEFT JOIN measure_part t ON t.measure = r.measure AND t.event = e.event AND t.part = 'start'
    WHERE e.event IN ('suspended', 'resumed', 'resolved', 'returned', 'withdrawn', 'reopened')
),
seen AS (
    SELECT
        a.*,
        LAG(a.event) OVER (
            PARTITION BY a.measure, a.case_id
            ORDER BY a.day NULLS LAST, a.day_rank NULLS LAST, a.at NULLS LAST, a.seq NULLS LAST, a.event NULLS LAST
        ) AS before
    FROM act a
),
turned AS (
    SELECT
        s.*,
        LEAD(s.instant) OVER turn AS ended_at,
        LEAD(s.day) OVER turn AS ended_day
    FROM seen s
    WHERE s.event <> 'suspended' OR s.before IS NULL OR s.before <> 'suspended'
    WINDOW turn AS (
        PARTITION BY s.measure, s.case_id
        ORDER BY s.day NULLS LAST, s.day_rank NULLS LAST, s.at NULLS LAST, s.seq NULLS LAST, s.event NULLS LAST
    )
)
SELECT t.measure, t.case_id, t.instant AS began_at, t.day AS began_day, t.day_rank, t.seq, t.ended_at, t.ended_day
FROM turned t
WHERE t.event = 'suspended'
