-- Cases settled at once: resolved within 60 s of their submission, or with no event but submitted, accepted, resolved.
-- Grain: one case, on the day of its first resolved.
WITH told AS (
    SELECT
        e.case_id,
        MIN(CASE WHEN e.event = 'submitted' THEN e.at END) AS submitted_at,
        MIN(CASE WHEN e.event = 'resolved' THEN e.at END) AS resolved_at,
        MAX(CASE WHEN e.event IN ('submitted', 'resolved') AND e.whole_day THEN 1 ELSE 0 END) AS whole_day,
        SUM(CASE WHEN e.event IN ('submitted', 'accepted', 'resolved') THEN 0 ELSE 1 END) AS others
    FROM case_events e
    GROUP BY e.case_id
)
SELECT
    CASE WHEN t.whole_day = 0 AND t.resolved_at <= t.submitted_at + INTERVAL '60' SECOND THEN 'instant' ELSE 'no_steps' END AS sign,
    'cases/' || t.case_id AS lead,
    'cases/' || t.case_id AS record,
    CAST(NULL AS VARCHAR) AS person_id,
    c.enterprise_id,
    t.resolved_at AS happened_at,
    CAST(t.resolved_at AS DATE) AS day,
    CAST(NULL AS DOUBLE) AS value
FROM told t
INNER JOIN cases c ON c.case_id = t.case_id
WHERE t.resolved_at IS NOT NULL
  AND ((t.whole_day = 0 AND t.resolved_at >= t.submitted_at AND t.resolved_at <= t.submitted_at + INTERVAL '60' SECOND) OR t.others = 0)
