-- Cases that the diary must tell of. Grain: one case at the first event of the named kind that is not before its
-- submission; met when somebody served its enterprise on a day from its submission to limit_n days after that event.
-- Decided on the last of these days, and pending until it is over.
WITH rule AS (
    SELECT * FROM measure WHERE kind = 'completeness' AND source = 'cases'
),
submission AS (
    SELECT e.case_id, MIN(e.day) AS submitted_on FROM case_events e WHERE e.event = 'submitted' GROUP BY e.case_id
),
turned AS (
    SELECT r.measure, r.limit_n, e.case_id, s.submitted_on, e.day AS turned_on, e.at AS turned_at
    FROM rule r
    INNER JOIN case_events e ON e.event = r.event
    INNER JOIN submission s ON s.case_id = e.case_id AND s.submitted_on <= e.day
    QUALIFY ROW_NUMBER() OVER (
        PARTITION BY r.measure, e.case_id
        ORDER BY e.day NULLS LAST, CASE WHEN e.whole_day THEN 1 ELSE 0 END NULLS LAST, e.at NULLS LAST, e.seq NULLS LAST
    ) = 1
),
dated AS (
    SELECT
        t.*,
        c.enterprise_id,
        c.category,
        c.channel,
        CAST(t.turned_on + t.limit_n * INTERVAL '1' DAY AS DATE) AS last_day
    FROM turned t
    INNER JOIN cases c ON c.case_id = t.case_id
    CROSS JOIN params p
    WHERE t.turned_on >= p.in_force_from
),
-- Those of the period, and those that are not decided yet.
asked AS (
    SELECT d.*
    FROM dated d
    CROSS JOIN params p
    WHERE d.last_day > p.as_of_day OR (d.last_day >= p.period_first AND d.last_day <= p.period_last)
),
served AS (
    SELECT DISTINCT a.measure, a.case_id
    FROM asked a
    INNER JOIN diary d
        ON d.enterprise_id = a.enterprise_id AND d.served_on >= a.submitted_on AND d.served_on <= a.last_day
),
final AS (
    SELECT
        a.measure,
        'cases/' || a.case_id AS record,
        CAST(NULL AS VARCHAR) AS person_id,
        CASE WHEN r.answers = 'unit' THEN r.answers_unit END AS unit,
        CASE WHEN r.answers = 'role' THEN r.answers_role END AS answers_role,
        a.enterprise_id,
        a.category,
        CAST(NULL AS VARCHAR) AS class,
        a.channel,
        n.stage,
        n.tier,
        a.turned_at AS opened_at,
        a.last_day AS due_day,
        CAST(CAST(a.last_day + INTERVAL '1' DAY AS DATE) AS TIMESTAMP) AS due_at,
        CAST(NULL AS TIMESTAMP) AS done_at,
        CASE WHEN a.last_day <= p.as_of_day THEN a.last_day END AS decided_on,
        CASE WHEN a.last_day > p.as_of_day THEN 'pending' WHEN s.case_id IS NOT NULL THEN 'met' ELSE 'breached' END AS outcome,
        CAST(NULL AS DOUBLE) AS value,
        CAST(NULL AS DOUBLE) AS weight,
        FALSE AS shared,
        FALSE AS extended,
        CAST(0 AS DOUBLE) AS paused
    FROM asked a
    INNER JOIN rule r ON r.measure = a.measure
    CROSS JOIN params p
    LEFT JOIN enterprises n ON n.enterprise_id = a.enterprise_id
    LEFT JOIN served s ON s.measure = a.measure AND s.case_id = a.case_id
)
SELECT * FROM final
