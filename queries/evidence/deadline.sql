-- Clocks of cases, judged. Grain: one obligation; `clocked` and `clock_step` come before (queries/clocks).
--
-- One that another act broke off before its due is `dropped`: no evidence, but its time until then was waited.
WITH rule AS (
    SELECT * FROM measure WHERE kind = 'deadline' AND source = 'cases'
),
last_step AS (
    SELECT m.*
    FROM clock_step m
    QUALIFY ROW_NUMBER() OVER (
        PARTITION BY m.party_no, m.turn_no ORDER BY m.step_no DESC NULLS LAST
    ) = 1
),
settled AS (
    SELECT
        o.*,
        CASE WHEN l.measure IS NULL THEN o.due_day ELSE l.due_day END AS final_due_day,
        CASE WHEN l.measure IS NULL THEN o.due_at ELSE l.due_at END AS final_due_at,
        COALESCE(l.extended, FALSE) AS extended,
        COALESCE(l.paused, 0) AS paused,
        l.stopped_at,
        -- Until when it ran: its end, the pause that goes on, or as-of (whose day is the one before a midnight).
        COALESCE(o.ended_day, CAST(l.stopped_at AS DATE), GREATEST(o.open_day, p.as_of_day)) AS stop_day,
        COALESCE(o.ended_at, l.stopped_at, p.as_of) AS stop_at
    FROM clocked o
    CROSS JOIN params p
    LEFT JOIN last_step l ON l.party_no = o.party_no AND l.turn_no = o.turn_no
),
judged AS (
    SELECT
        s.*,
        CASE
            WHEN s.clock = 'hours' AND (s.open_whole_day OR (s.ended_by = 'end' AND s.ended_whole_day)) THEN 'unmeasurable'
            -- Whether a bare day ended before a due within that day cannot be told.
            WHEN s.clock = 'own' AND s.ended_by = 'end' AND s.ended_whole_day AND s.ended_day = s.final_due_day
                AND s.final_due_at < s.ended_at THEN 'unmeasurable'
            WHEN s.ended_by = 'end' AND s.final_due_at IS NULL
                THEN CASE WHEN d.is_workday IS NULL THEN 'pending' ELSE 'met' END
            WHEN s.ended_by = 'end' THEN CASE WHEN s.ended_at <= s.final_due_at THEN 'met' ELSE 'breached' END
            WHEN s.ended_by = 'close' THEN CASE WHEN s.final_due_at <= s.ended_at THEN 'breached' ELSE 'dropped' END
            WHEN s.stopped_at IS NOT NULL OR s.final_due_at IS NULL THEN 'pending'
            WHEN s.final_due_at <= p.as_of THEN 'breached'
            ELSE 'pending'
        END AS outcome,
        CASE
            WHEN s.clock = 'working_days' THEN CAST(d.ordinal - b.ordinal AS DOUBLE)
            WHEN s.clock IN ('days', 'own') THEN CAST(CAST(s.stop_day - s.open_day AS INT) AS DOUBLE)
            WHEN s.open_whole_day OR s.ended_whole_day THEN CAST(NULL AS DOUBLE)
            ELSE CAST(CAST(CAST(s.stop_at AS DATE) - CAST(s.opened_at AS DATE) AS INT) AS DOUBLE) * 24
                + (EXTRACT(HOUR FROM s.stop_at) - EXTRACT(HOUR FROM s.opened_at))
                + CAST(EXTRACT(MINUTE FROM s.stop_at) - EXTRACT(MINUTE FROM s.opened_at) AS DOUBLE) / 60
                + CAST(EXTRACT(SECOND FROM s.stop_at) - EXTRACT(SECOND FROM s.opened_at) AS DOUBLE) / 3600
        END - s.paused AS elapsed
    FROM settled s
    CROSS JOIN params p
    LEFT JOIN calendar b ON b.day = s.open_day
    LEFT JOIN calendar d ON d.day = s.stop_day
),
-- For measures of departments whose start names none: the latest earlier act that does.
named AS (
    SELECT j.party_no, j.turn_no, e.unit
    FROM judged j
    INNER JOIN rule r ON r.measure = j.measure
    -- Of one side only, the condition stands in the key.
    INNER JOIN touched_events e
        ON e.case_id = CASE WHEN r.answers = 'event_unit' AND COALESCE(j.start_unit, '') = '' AND j.start_event <> 'assigned'
                            THEN j.case_id END
    WHERE e.event IN ('dispatched', 'assigned', 'accepted')
      AND COALESCE(e.unit, '') <> ''
      AND (e.day < j.open_day OR (e.day = j.open_day AND NOT j.open_whole_day AND NOT e.whole_day
              AND (e.at < j.opened_at OR (e.at = j.opened_at AND e.seq < j.open_seq))))
    QUALIFY ROW_NUMBER() OVER (
        PARTITION BY j.party_no, j.turn_no
        ORDER BY e.day DESC NULLS LAST, e.at DESC NULLS LAST, e.seq DESC NULLS LAST, e.unit NULLS LAST
    ) = 1
),
final AS (
    SELECT
        j.measure,
        'cases/' || j.case_id AS record,
        CAST(NULL AS VARCHAR) AS person_id,
        CASE r.answers WHEN 'event_unit' THEN COALESCE(NULLIF(j.start_unit, ''), m.unit)
                       WHEN 'unit' THEN r.answers_unit END AS unit,
        CASE WHEN r.answers IN ('role', 'person_or_role') THEN r.answers_role END AS answers_role,
        j.enterprise_id,
        j.category,
        CAST(NULL AS VARCHAR) AS class,
        j.channel,
        j.stage,
        j.tier,
        j.opened_at,
        j.final_due_day AS due_day,
        j.final_due_at AS due_at,
        CASE WHEN j.ended_by = 'end' THEN j.ended_at END AS done_at,
        CASE
            WHEN j.outcome = 'unmeasurable' THEN j.open_day
            WHEN j.outcome IN ('pending', 'dropped') THEN CAST(NULL AS DATE)
            WHEN j.ended_by = 'end' THEN GREATEST(j.open_day, LEAST(j.ended_day, COALESCE(j.final_due_day, j.ended_day)))
            ELSE GREATEST(j.open_day, j.final_due_day)
        END AS decided_on,
        j.outcome,
        CASE WHEN j.ended_by = 'end' AND j.outcome <> 'unmeasurable' THEN j.elapsed END AS value,
        CAST(NULL AS DOUBLE) AS weight,
        FALSE AS shared,
        j.extended,
        j.paused,
        j.elapsed,
        j.end_event AS ended_by,
        j.ended_day AS ended_on
    FROM judged j
    INNER JOIN rule r ON r.measure = j.measure
    LEFT JOIN named m ON m.party_no = j.party_no AND m.turn_no = j.turn_no
)
SELECT * FROM final
