-- Events of the period that must say something (table `told`, which evidence/completeness.sql judges). Grain: one event of the kind
-- that a completeness names.
WITH asked AS (
    SELECT
        r.measure,
        r.event,
        CAST(GREATEST(p.in_force_from, p.period_first) AS TIMESTAMP) AS first_at,
        CAST(CAST(p.period_last + INTERVAL '1' DAY AS DATE) AS TIMESTAMP) AS end_at
    FROM measure r
    CROSS JOIN params p
    WHERE r.kind = 'completeness' AND r.source = 'case_events'
)
-- By its time and not its day, and within the key: so events of other months are not even read.
SELECT a.measure, e.case_id, e.seq, e.event, e.at, e.day, e.whole_day, e.unit, e.until, e.note
FROM asked a
INNER JOIN case_events e ON e.event = a.event AND e.at >= a.first_at AND e.at < a.end_at
