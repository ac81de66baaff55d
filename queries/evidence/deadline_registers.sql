-- Clocks of registers: one record says when it began, and the same or another register when it was done. Grain: one
-- complaint, one change of holder, one policy and enterprise in scope on its issue day that it applies to, one listed
-- enterprise that came into scope (until all the roles named are held), or one milestone (until its planned day).
--
-- A register's clock has no acts in between: no extension, no pause, nothing that breaks it off. What was done before
-- it began (a change filed ahead) is met on the day it began, after no time.
WITH rule AS (
    SELECT * FROM measure WHERE kind = 'deadline' AND (with_complaints OR source IN ('complaints', 'changes', 'policies', 'roles_held', 'milestones'))
),
-- A complaint that runs a clock of cases ends with the first such act under its number.
complaint_end AS (
    SELECT r.measure, k.complaint_id, e.at, e.whole_day
    FROM rule r
    INNER JOIN measure_part t ON t.measure = r.measure AND t.part = 'end'
    INNER JOIN case_events e ON e.event = t.event
    INNER JOIN complaints k ON k.complaint_id = e.case_id
    WHERE r.with_complaints
      AND (e.day > k.day OR (e.day = k.day AND (e.whole_day OR k.received_at_whole_day OR e.at >= k.received_at)))
    QUALIFY ROW_NUMBER() OVER (
        PARTITION BY r.measure, k.complaint_id
        ORDER BY e.day NULLS LAST, CASE WHEN e.whole_day THEN 1 ELSE 0 END NULLS LAST, e.at NULLS LAST, e.seq NULLS LAST
    ) = 1
),
-- The first day on which all roles are held is the one in scope, or one on which somebody begins.
entered AS (
    SELECT r.measure, n.enterprise_id, n.in_scope_from
    FROM rule r
    INNER JOIN enterprises n ON r.source = 'roles_held' AND n.listed
    CROSS JOIN params p
    WHERE n.in_scope_from >= p.in_force_from AND n.in_scope_from <= p.as_of_day
),
beginning AS (
    SELECT e.measure, e.enterprise_id, e.in_scope_from AS day FROM entered e
    UNION
    SELECT e.measure, e.enterprise_id, h.first_day
    FROM entered e
    INNER JOIN measure_word w ON w.measure = e.measure AND w.list = 'held_role'
    INNER JOIN holdings h ON h.enterprise_id = e.enterprise_id AND h.role = w.word
    CROSS JOIN params p
    WHERE h.first_day > e.in_scope_from AND h.first_day <= p.as_of_day
),
held_day AS (
    SELECT b.measure, b.enterprise_id, b.day, COUNT(DISTINCT h.role) AS roles
    FROM beginning b
    INNER JOIN measure_word w ON w.measure = b.measure AND w.list = 'held_role'
    INNER JOIN holdings h
        ON h.enterprise_id = b.enterprise_id AND h.role = w.word AND h.first_day <= b.day AND b.day < h.end_day
    GROUP BY b.measure, b.enterprise_id, b.day
),
all_held AS (
    SELECT d.measure, d.enterprise_id, MIN(d.day) AS day
    FROM held_day d
    INNER JOIN (SELECT w.measure, COUNT(DISTINCT w.word) AS roles FROM measure_word w WHERE w.list = 'held_role' GROUP BY w.measure) a
        ON a.measure = d.measure AND a.roles = d.roles
    GROUP BY d.measure, d.enterprise_id
),
pushed AS (
    SELECT u.policy_id, u.enterprise_id, u.pushed_at, u.pushed_at_whole_day, u.day
    FROM policy_pushes u
    QUALIFY ROW_NUMBER() OVER (
        PARTITION BY u.policy_id, u.enterprise_id
        ORDER BY u.day NULLS LAST, CASE WHEN u.pushed_at_whole_day THEN 1 ELSE 0 END NULLS LAST, u.pushed_at NULLS LAST
    ) = 1
),
opened AS (
    SELECT
        r.measure,
        'complaints/' || k.complaint_id AS record,
        k.enterprise_id,
        k.category,
        k.person_id,
        k.unit,
        k.received_at AS opened_at,
        k.received_at_whole_day AS open_whole_day,
        CASE WHEN r.with_complaints THEN x.at ELSE k.verified_at END AS ended_at,
        CASE WHEN r.with_complaints THEN x.whole_day ELSE k.verified_at_whole_day END AS ended_whole_day,
        CAST(NULL AS DATE) AS planned_on,
        CAST(NULL AS VARCHAR) AS step_stage
    FROM rule r
    INNER JOIN complaints k ON r.source = 'complaints' OR r.with_complaints
    LEFT JOIN complaint_end x ON x.measure = r.measure AND x.complaint_id = k.complaint_id
    LEFT JOIN measure_word w ON w.measure = r.measure AND w.list = 'category' AND w.word = k.category
    WHERE w.word IS NOT NULL OR NOT r.where_category
    UNION ALL
    SELECT
        r.measure,
        'assignments/' || c.enterprise_id || '/' || c.role || '/' || c.holder || '/' || CAST(c.valid_from AS VARCHAR),
        c.enterprise_id,
        CAST(NULL AS VARCHAR),
        CAST(NULL AS VARCHAR),
        CAST(NULL AS VARCHAR),
        CAST(c.valid_from AS TIMESTAMP),
        TRUE,
        CAST(c.filed_on AS TIMESTAMP),
        TRUE,
        CAST(NULL AS DATE),
        CAST(NULL AS VARCHAR)
    FROM rule r
    INNER JOIN changes c ON r.source = 'changes' AND c.role = r.role
    UNION ALL
    SELECT
        r.measure,
        'policies/' || y.policy_id || '/' || n.enterprise_id,
        n.enterprise_id,
        CAST(NULL AS VARCHAR),
        CAST(NULL AS VARCHAR),
        CAST(NULL AS VARCHAR),
        CAST(y.issued_on AS TIMESTAMP),
        TRUE,
        u.pushed_at,
        u.pushed_at_whole_day,
        CAST(NULL AS DATE),
        CAST(NULL AS VARCHAR)
    FROM rule r
    INNER JOIN policies y ON r.source = 'policies'
    INNER JOIN enterprises n
        ON n.listed AND n.in_scope_from <= y.issued_on AND y.issued_on <= n.in_scope_to
       AND (y.applies_to IS NULL OR POSITION('、' || REPLACE(n.scope_category, ' ', '') || '、' IN y.applies_to) > 0)
    LEFT JOIN pushed u ON u.policy_id = y.policy_id AND u.enterprise_id = n.enterprise_id
    UNION ALL
    SELECT
        e.measure,
        'enterprises/' || e.enterprise_id,
        e.enterprise_id,
        CAST(NULL AS VARCHAR),
        CAST(NULL AS VARCHAR),
        CAST(NULL AS VARCHAR),
        CAST(e.in_scope_from AS TIMESTAMP),
        TRUE,
        CAST(a.day AS TIMESTAMP),
        TRUE,
        CAST(NULL AS DATE),
        CAST(NULL AS VARCHAR)
    FROM entered e
    LEFT JOIN all_held a ON a.measure = e.measure AND a.enterprise_id = e.enterprise_id
    UNION ALL
    SELECT
        r.measure,
        'milestones/' || m.enterprise_id || '/' || m.milestone,
        m.enterprise_id,
        CAST(NULL AS VARCHAR),
        CAST(NULL AS VARCHAR),
        m.unit,
        CAST(NULL AS TIMESTAMP),
        TRUE,
        CAST(m.done_on AS TIMESTAMP),
        TRUE,
        m.planned_on,
        m.stage
    FROM rule r
    INNER JOIN milestones m ON r.source = 'milestones'
    LEFT JOIN measure_word w ON w.measure = r.measure AND w.list = 'milestone_stage' AND w.word = m.stage
    LEFT JOIN measure_word x ON x.measure = r.measure AND x.list = 'not_milestone_stage' AND x.word = m.stage
    WHERE (w.word IS NOT NULL OR NOT r.where_milestone_stage) AND x.word IS NULL
),
-- A bare date is 00:00 as a start and 24:00 as an end.
dated AS (
    SELECT
        o.*,
        r.clock,
        r.limit_n,
        r.answers,
        r.answers_role,
        r.answers_unit,
        COALESCE(o.step_stage, n.stage) AS stage,
        n.tier,
        CAST(o.opened_at AS DATE) AS open_day,
        CAST(o.ended_at AS DATE) AS ended_day,
        CASE WHEN o.ended_whole_day THEN CAST(CAST(CAST(o.ended_at AS DATE) + INTERVAL '1' DAY AS DATE) AS TIMESTAMP)
             ELSE o.ended_at END AS done_at
    FROM opened o
    INNER JOIN rule r ON r.measure = o.measure
    CROSS JOIN params p
    LEFT JOIN enterprises n ON n.enterprise_id = o.enterprise_id
    LEFT JOIN measure_word w4 ON w4.measure = r.measure AND w4.list = 'stage' AND w4.word = n.stage
    LEFT JOIN measure_word w5 ON w5.measure = r.measure AND w5.list = 'tier' AND w5.word = n.tier
    -- A milestone has no day on which it opened; its planned day stands for it.
    WHERE COALESCE(CAST(o.opened_at AS DATE), o.planned_on) >= p.in_force_from
      AND (w4.word IS NOT NULL OR NOT r.where_stage)
      AND (w5.word IS NOT NULL OR NOT r.where_tier)
),
-- The due; null: beyond the calendar.
clocked AS (
    SELECT
        d.*,
        CASE d.clock
            WHEN 'working_days' THEN w.day
            WHEN 'days' THEN CAST(d.open_day + d.limit_n * INTERVAL '1' DAY AS DATE)
            WHEN 'own' THEN d.planned_on
            ELSE CAST(d.opened_at + d.limit_n * INTERVAL '1' HOUR AS DATE)
        END AS due_day,
        CASE d.clock
            WHEN 'working_days' THEN CAST(CAST(w.day + INTERVAL '1' DAY AS DATE) AS TIMESTAMP)
            WHEN 'days' THEN CAST(CAST(d.open_day + (d.limit_n + 1) * INTERVAL '1' DAY AS DATE) AS TIMESTAMP)
            WHEN 'own' THEN CAST(CAST(d.planned_on + INTERVAL '1' DAY AS DATE) AS TIMESTAMP)
            ELSE d.opened_at + d.limit_n * INTERVAL '1' HOUR
        END AS due_at,
        e.is_workday AS ended_workday,
        CASE WHEN e.ordinal < s.ordinal THEN 0 ELSE e.ordinal - s.ordinal END AS elapsed_workdays
    FROM dated d
    LEFT JOIN calendar s ON s.day = d.open_day
    LEFT JOIN calendar e ON e.day = d.ended_day
    LEFT JOIN workday w ON w.ordinal = s.ordinal + d.limit_n
),
judged AS (
    SELECT
        c.*,
        CASE
            WHEN c.clock = 'hours' AND (c.open_whole_day OR COALESCE(c.ended_whole_day, FALSE)) THEN 'unmeasurable'
            WHEN c.done_at IS NOT NULL AND c.due_at IS NULL
                THEN CASE WHEN c.ended_workday IS NULL THEN 'pending' ELSE 'met' END
            WHEN c.done_at IS NOT NULL THEN CASE WHEN c.done_at <= c.due_at THEN 'met' ELSE 'breached' END
            WHEN c.due_at <= p.as_of THEN 'breached'
            ELSE 'pending'
        END AS outcome
    FROM clocked c
    CROSS JOIN params p
),
final AS (
    SELECT
        j.measure,
        j.record,
        CASE WHEN j.answers = 'about' THEN j.person_id END AS person_id,
        CASE j.answers WHEN 'unit' THEN j.answers_unit WHEN 'about' THEN j.unit WHEN 'event_unit' THEN j.unit END AS unit,
        CASE WHEN j.answers = 'role' THEN j.answers_role END AS answers_role,
        j.enterprise_id,
        j.category,
        CAST(NULL AS VARCHAR) AS class,
        CAST(NULL AS VARCHAR) AS channel,
        j.stage,
        j.tier,
        j.opened_at,
        j.due_day,
        j.due_at,
        j.done_at,
        CASE
            WHEN j.outcome = 'unmeasurable' THEN j.open_day
            WHEN j.outcome = 'pending' THEN CAST(NULL AS DATE)
            ELSE GREATEST(j.open_day, LEAST(COALESCE(j.ended_day, j.due_day), COALESCE(j.due_day, j.ended_day)))
        END AS decided_on,
        j.outcome,
        CASE
            WHEN j.done_at IS NULL OR j.outcome = 'unmeasurable' THEN CAST(NULL AS DOUBLE)
            WHEN j.clock = 'working_days' THEN CAST(j.elapsed_workdays AS DOUBLE)
            WHEN j.clock = 'own' THEN CAST(CAST(j.ended_day - j.due_day AS INT) AS DOUBLE)
            WHEN j.clock = 'days' THEN CAST(GREATEST(CAST(j.ended_day - j.open_day AS INT), 0) AS DOUBLE)
            WHEN j.done_at <= j.opened_at THEN CAST(0 AS DOUBLE)
            ELSE CAST(CAST(CAST(j.done_at AS DATE) - CAST(j.opened_at AS DATE) AS INT) AS DOUBLE) * 24
                + (EXTRACT(HOUR FROM j.done_at) - EXTRACT(HOUR FROM j.opened_at))
                + CAST(EXTRACT(MINUTE FROM j.done_at) - EXTRACT(MINUTE FROM j.opened_at) AS DOUBLE) / 60
                + CAST(EXTRACT(SECOND FROM j.done_at) - EXTRACT(SECOND FROM j.opened_at) AS DOUBLE) / 3600
        END AS value,
        CAST(NULL AS DOUBLE) AS weight,
        FALSE AS shared,
        FALSE AS extended,
        CAST(0 AS DOUBLE) AS paused
    FROM judged j
)
SELECT f.*
FROM final f
CROSS JOIN params p
WHERE f.outcome = 'pending' OR (f.decided_on >= p.period_first AND f.decided_on <= p.period_last)
