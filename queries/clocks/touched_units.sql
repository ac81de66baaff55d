-- Rows of `touched` for the measures that run one clock per department. Grain: one measure, case and department. A
-- statement of its own: keys without a department, which most are, are found much faster.
WITH rule AS (
    SELECT r.measure, DENSE_RANK() OVER (ORDER BY r.measure NULLS LAST) AS measure_no
    FROM measure r
    WHERE r.kind = 'deadline' AND r.source = 'cases' AND r.per_unit
),
-- What closes a case is none of its departments' acts.
part AS (
    SELECT r.measure_no, t.event, t.part = 'start' AS starts
    FROM measure_part t
    INNER JOIN rule r ON r.measure = t.measure
    WHERE t.part IN ('start', 'end')
),
last_act AS (
    SELECT
        t.measure_no,
        e.case_id,
        COALESCE(e.unit, '') AS party,
        MAX(e.at) AS acted_at,
        MAX(CASE WHEN t.starts THEN e.at END) AS started_at
    FROM case_events e
    INNER JOIN part t ON t.event = e.event
    GROUP BY t.measure_no, e.case_id, COALESCE(e.unit, '')
),
numbered AS (
    SELECT
        a.measure_no,
        a.case_id,
        a.party,
        ROW_NUMBER() OVER (ORDER BY a.acted_at NULLS LAST) AS party_no
    FROM last_act a
    CROSS JOIN horizon z
    WHERE a.started_at IS NOT NULL AND (a.acted_at >= z.day OR a.started_at = a.acted_at)
),
numbered_so_far AS (
    SELECT COALESCE(MAX(y.party_no), 0) AS party_no FROM touched y
)
SELECT r.measure, n.case_id, n.party, s.party_no + n.party_no AS party_no
FROM numbered n
INNER JOIN rule r ON r.measure_no = n.measure_no
CROSS JOIN numbered_so_far s
