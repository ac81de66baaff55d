-- What is overdue or falls due soon. Grain: one obligation of a deadline that is open as of the instant asked.
--
-- Reads evidence that was answered for all days, so that old breaches that nobody mended stand in it. An obligation that another
-- act ended (its case settled, withdrawn, sent to another department) is open no longer. left_days: working days
-- after the as-of day up to the due day; negative: working days since; null beyond the calendar, then missing_year, and
-- fewest: those that are declared already and come before it.
WITH open AS (
    SELECT e.*, CASE WHEN e.record LIKE 'cases/%' THEN split_part(e.record, '/', 2) END AS case_id
    FROM evidence e
    JOIN measure r ON r.measure = e.measure AND r.kind = 'deadline'
    WHERE e.outcome IN ('pending', 'breached') AND e.done_at IS NULL
),
ended AS (
    SELECT DISTINCT o.measure, o.record, o.unit, o.opened_at
    FROM open o
    JOIN measure r ON r.measure = o.measure
    JOIN touched_events e ON e.case_id = o.case_id
    LEFT JOIN measure_part t ON t.measure = o.measure AND t.event = e.event AND t.part = 'close'
    WHERE o.outcome = 'breached'
      AND CASE WHEN e.whole_day THEN e.day >= CAST(o.opened_at AS DATE) ELSE e.at >= o.opened_at END
      AND (t.event IS NOT NULL OR (r.redispatch AND e.event = 'dispatched' AND e.at > o.opened_at AND e.unit IS DISTINCT FROM o.unit))
),
halted AS (
    SELECT DISTINCT u.measure, u.case_id FROM pauses u WHERE u.ended_at IS NULL
),
dated AS (
    SELECT
        o.*,
        h.case_id IS NOT NULL AS halted,
        CASE WHEN abs(d.ordinal - a.ordinal) < 500000 THEN d.ordinal - a.ordinal END AS left_days,
        CAST(o.due_day - p.as_of_day AS INT) AS calendar_days,
        p.as_of
    FROM open o
    CROSS JOIN params p
    LEFT JOIN halted h ON h.measure = o.measure AND h.case_id = o.case_id
    LEFT JOIN calendar d ON d.day = o.due_day
    LEFT JOIN calendar a ON a.day = p.as_of_day
    ANTI JOIN ended x
        ON x.measure = o.measure AND x.record = o.record AND x.unit IS NOT DISTINCT FROM o.unit AND x.opened_at IS NOT DISTINCT FROM o.opened_at
),
gap AS (
    SELECT d.record, d.measure, d.opened_at, MIN(year(c.day)) AS missing_year
    FROM dated d
    JOIN calendar c ON c.is_workday IS NULL AND c.day >= CAST(d.opened_at AS DATE)
    WHERE d.due_day IS NULL OR d.left_days IS NULL
    GROUP BY ALL
),
ahead AS (
    SELECT d.due_day, COUNT(*) AS fewest
    FROM (SELECT DISTINCT due_day FROM dated WHERE left_days IS NULL AND due_day IS NOT NULL) d
    CROSS JOIN params p
    JOIN calendar c ON c.is_workday AND c.day > p.as_of_day AND c.day <= d.due_day
    GROUP BY d.due_day
)
SELECT
    d.measure,
    d.record,
    CASE WHEN d.record LIKE 'milestones/%' THEN substr(d.record, 13 + length(d.enterprise_id)) ELSE c.title END AS title,
    d.enterprise_id,
    n.name AS enterprise,
    d.person_id,
    o.name AS person,
    d.unit,
    d.opened_at,
    d.due_day,
    d.due_at,
    d.outcome = 'breached' AS overdue,
    d.left_days,
    d.calendar_days,
    a.fewest,
    d.halted,
    d.paused,
    d.extended,
    g.missing_year
FROM dated d
JOIN measure r ON r.measure = d.measure
LEFT JOIN cases c ON c.case_id = d.case_id
LEFT JOIN enterprises n ON n.enterprise_id = d.enterprise_id
LEFT JOIN people o ON o.person_id = d.person_id
LEFT JOIN ahead a ON a.due_day = d.due_day AND d.left_days IS NULL
LEFT JOIN gap g ON g.record = d.record AND g.measure = d.measure AND g.opened_at IS NOT DISTINCT FROM d.opened_at
ORDER BY overdue DESC, d.due_at NULLS LAST, r.position, d.record, d.unit NULLS LAST
