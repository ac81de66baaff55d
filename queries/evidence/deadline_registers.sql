-- Clocks of registers: one record says when it began, and the same or another register when it was done. Grain: one row of
-- `registered`, which a file of queries/registers gives for each register: one complaint, one change of holder, one policy and
-- enterprise, one enterprise that came into scope, or one milestone.
--
-- A register's clock has no acts in between: no extension, no pause, nothing that breaks it off. What was done before
-- it began (a change filed ahead) is met on the day it began, after no time. A bare date is
-- 00:00 as a start and 24:00 as an end.
WITH dated AS (
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
    FROM registered o
    INNER JOIN measure r ON r.measure = o.measure
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
