-- Cases that the diary must tell of. Grain: one case at the first event of the named kind that is not before its
-- submission; met when somebody served its enterprise on a day from its submission to limit_n days after that event.
-- Decided on the last of these days, and pending until it is over. The cases looked at lie in `told_case`.
WITH rule AS (
    SELECT * FROM measure WHERE kind = 'completeness' AND source = 'cases'
),
wanted AS (
    SELECT r.event FROM rule r
    UNION
    SELECT 'submitted' AS event
),
act AS (
    SELECT e.case_id, e.event, e.day, e.at, e.whole_day, e.seq
    FROM case_events e
    INNER JOIN wanted w ON w.event = e.event
    INNER JOIN (SELECT DISTINCT case_id FROM told_case) n ON n.case_id = e.case_id
),
submission AS (
    SELECT e.case_id, MIN(e.day) AS submitted_on FROM act e WHERE e.event = 'submitted' GROUP BY e.case_id
),
followed AS (
    SELECT r.measure, r.limit_n, e.case_id, s.submitted_on, e.day, e.whole_day, e.at, e.seq
    FROM rule r
    INNER JOIN told_case n ON n.measure = r.measure
    INNER JOIN act e ON e.case_id = n.case_id AND e.event = r.event
    INNER JOIN submission s ON s.case_id = e.case_id AND s.submitted_on <= e.day
),
-- Mostly one; only several are put into order.
counted AS (
    SELECT f.measure, f.limit_n, f.case_id, f.submitted_on, MIN(f.day) AS turned_on, MIN(f.at) AS turned_at, COUNT(*) AS times
    FROM followed f
    GROUP BY f.measure, f.limit_n, f.case_id, f.submitted_on
),
first_of_several AS (
    SELECT f.measure, f.limit_n, f.case_id, f.submitted_on, f.day AS turned_on, f.at AS turned_at
    FROM counted c
    INNER JOIN followed f ON f.measure = c.measure AND f.case_id = c.case_id
    WHERE c.times > 1
    QUALIFY ROW_NUMBER() OVER (
        PARTITION BY f.measure, f.case_id
        ORDER BY f.day NULLS LAST, CASE WHEN f.whole_day THEN 1 ELSE 0 END NULLS LAST, f.at NULLS LAST, f.seq NULLS LAST
    ) = 1
),
turned AS (
    SELECT c.measure, c.limit_n, c.case_id, c.submitted_on, c.turned_on, c.turned_at FROM counted c WHERE c.times = 1
    UNION ALL
    SELECT * FROM first_of_several
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
