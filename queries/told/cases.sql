-- Cases that the diary must tell of and may not be decided, or in the period: those with an event of the kind named late
-- enough. Grain: one measure and case.
WITH since AS (
    SELECT
        r.measure,
        r.event,
        GREATEST(p.in_force_from, CAST(LEAST(p.period_first, p.as_of_day) - r.limit_n * INTERVAL '1' DAY AS DATE)) AS first_day
    FROM measure r
    CROSS JOIN params p
    WHERE r.kind = 'completeness' AND r.source = 'cases'
)
SELECT DISTINCT s.measure, e.case_id
FROM since s
INNER JOIN case_events e ON e.event = s.event
WHERE e.day >= s.first_day
