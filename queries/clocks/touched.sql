-- Cases of which a clock may have an obligation in what is asked, or that reached a level. Grain: one measure, case and
-- party: the department of a measure that runs one clock per department, else ''.
--
-- Most clocks ended long before, so that acts are looked at by their keys first: one of them lies on or after the first
-- day asked, or the last is a start.
WITH rule AS (
    SELECT * FROM measure WHERE (kind = 'deadline' AND source = 'cases') OR source = 'levels'
),
-- An obligation is decided no later than it ends, so one that ended before this day is in no figure asked. What ended
-- on a day that no notice declares may be pending, whatever the period.
horizon AS (
    SELECT
        p.in_force_from,
        CASE WHEN MAX(f.day) IS NULL THEN p.in_force_from
             ELSE LEAST(p.period_first, COALESCE(MIN(u.day), p.period_first)) END AS day
    FROM params p
    LEFT JOIN calendar f ON f.day = p.in_force_from
    LEFT JOIN calendar u ON u.day >= p.in_force_from AND u.is_workday IS NULL
    GROUP BY p.in_force_from, p.period_first
),
part AS (
    SELECT t.measure, t.event, t.part IN ('start', 'level') AS starts, r.per_unit AS by_unit
    FROM measure_part t
    INNER JOIN rule r ON r.measure = t.measure
    -- Of levels only that one was reached; what closes a case is none of its departments' acts.
    WHERE t.part IN ('start', 'level') OR (r.source = 'cases' AND (t.part = 'end' OR NOT r.per_unit))
),
last_act AS (
    SELECT
        t.measure,
        e.case_id,
        CASE WHEN t.by_unit THEN COALESCE(e.unit, '') ELSE '' END AS party,
        MAX(CASE WHEN t.starts THEN e.at END) AS started_at,
        MAX(CASE WHEN NOT t.starts THEN e.at END) AS other_at
    FROM case_events e
    INNER JOIN part t ON t.event = e.event
    CROSS JOIN horizon z
    WHERE NOT t.starts OR e.day >= z.in_force_from
    GROUP BY 1, 2, 3
)
SELECT a.measure, a.case_id, a.party, z.day AS asked_from
FROM last_act a
CROSS JOIN horizon z
WHERE a.started_at IS NOT NULL
  AND (CAST(a.started_at AS DATE) >= z.day OR CAST(a.other_at AS DATE) >= z.day OR a.other_at IS NULL OR a.started_at >= a.other_at)
