-- Clocks of cases. Grain: one obligation = a start and the first end after it.
--
-- The order of a case's acts is (day, bare-date starts first and bare-date ends last, time, seq). In that order a
-- start opens an obligation unless one is open (a reminder is no new clock); the next act that is not a start ends
-- it: an `end` does it, a `close` (withdrawn, settled over an open assignment, …) breaks it off. Then extensions
-- and pauses move the due day, each against the due moved so far.
WITH RECURSIVE rule AS (
    SELECT * FROM measure WHERE kind = 'deadline' AND source = 'cases'
),
own AS (
    SELECT
        r.measure,
        e.case_id,
        CASE WHEN r.per_unit AND t.part <> 'close' THEN COALESCE(e.unit, '') ELSE '' END AS party,
        t.part,
        e.event,
        e.unit,
        e.day,
        CASE WHEN NOT e.whole_day THEN 0 WHEN t.part = 'start' THEN -1 ELSE 1 END AS day_rank,
        e.at,
        e.seq,
        e.whole_day,
        r.per_unit,
        r.redispatch
    FROM case_events e
    INNER JOIN measure_part t ON t.event = e.event
    INNER JOIN rule r ON r.measure = t.measure
    CROSS JOIN params p
    WHERE t.part <> 'start' OR e.day >= p.in_force_from
),
-- An obligation is decided no later than it ends, so one that ended before this day is in no figure asked. What ended
-- on a day that no notice declares may be pending, whatever the period.
horizon AS (
    SELECT CASE WHEN MAX(f.day) IS NULL THEN p.in_force_from
                ELSE LEAST(p.period_first, COALESCE(MIN(u.day), p.period_first)) END AS day
    FROM params p
    LEFT JOIN calendar f ON f.day = p.in_force_from
    LEFT JOIN calendar u ON u.day >= p.in_force_from AND u.is_workday IS NULL
    GROUP BY p.in_force_from, p.period_first
),
-- Clocks that may have an obligation on or after that day: one of their acts lies there, or the last is a start.
party AS (
    SELECT o.measure, o.case_id, o.party, o.per_unit
    FROM own o
    CROSS JOIN horizon z
    GROUP BY o.measure, o.case_id, o.party, o.per_unit, z.day
    HAVING COUNT(*) FILTER (WHERE o.part = 'start') > 0
       AND (MAX(o.day) >= z.day
            OR MAX(CASE WHEN o.part = 'start' THEN o.day END)
                >= COALESCE(MAX(CASE WHEN o.part <> 'start' THEN o.day END), DATE '1900-01-01'))
),
-- What closes every department's clock of a case is repeated for each of them.
act AS (
    SELECT o.measure, o.case_id, o.party, o.part, o.event, o.unit, o.day, o.day_rank, o.at, o.seq, o.whole_day, o.redispatch
    FROM own o
    INNER JOIN party y ON y.measure = o.measure AND y.case_id = o.case_id AND y.party = o.party
    WHERE NOT o.per_unit OR o.part <> 'close'
    UNION ALL
    SELECT o.measure, o.case_id, y.party, o.part, o.event, o.unit, o.day, o.day_rank, o.at, o.seq, o.whole_day, o.redispatch
    FROM own o
    INNER JOIN party y ON y.measure = o.measure AND y.case_id = o.case_id
    WHERE o.per_unit AND o.part = 'close'
),
seen AS (
    SELECT
        a.*,
        LAG(a.part) OVER (
            PARTITION BY a.measure, a.case_id, a.party
            ORDER BY a.day NULLS LAST, a.day_rank NULLS LAST, a.at NULLS LAST, a.seq NULLS LAST, a.event NULLS LAST
        ) AS part_before,
        LAG(a.unit) OVER (
            PARTITION BY a.measure, a.case_id, a.party
            ORDER BY a.day NULLS LAST, a.day_rank NULLS LAST, a.at NULLS LAST, a.seq NULLS LAST, a.event NULLS LAST
        ) AS unit_before
    FROM act a
),
turned AS (
    SELECT
        s.*,
        LEAD(s.part) OVER turn AS next_part,
        LEAD(s.day) OVER turn AS next_day,
        LEAD(s.at) OVER turn AS next_at,
        LEAD(s.whole_day) OVER turn AS next_whole_day,
        LEAD(s.day_rank) OVER turn AS next_day_rank,
        LEAD(s.seq) OVER turn AS next_seq,
        ROW_NUMBER() OVER turn AS turn_no
    FROM seen s
    WHERE s.part <> 'start' OR s.part_before IS NULL OR s.part_before <> 'start'
       OR (s.redispatch AND s.unit IS DISTINCT FROM s.unit_before)
    WINDOW turn AS (
        PARTITION BY s.measure, s.case_id, s.party
        ORDER BY s.day NULLS LAST, s.day_rank NULLS LAST, s.at NULLS LAST, s.seq NULLS LAST, s.event NULLS LAST
    )
),
opened AS (
    SELECT
        t.measure,
        t.case_id,
        t.party,
        t.turn_no,
        t.event AS start_event,
        t.unit AS start_unit,
        t.at AS opened_at,
        t.day AS open_day,
        t.seq AS open_seq,
        t.whole_day AS open_whole_day,
        CASE WHEN t.next_part = 'end' THEN 'end' WHEN t.next_part IS NOT NULL THEN 'close' END AS ended_by,
        CASE WHEN t.next_whole_day AND t.next_part <> 'start'
             THEN CAST(CAST(t.next_day + INTERVAL '1' DAY AS DATE) AS TIMESTAMP) ELSE t.next_at END AS ended_at,
        t.next_day AS ended_day,
        t.next_whole_day AS ended_whole_day,
        t.next_at,
        t.next_day_rank,
        t.next_seq,
        c.enterprise_id,
        c.category,
        c.channel,
        n.stage,
        n.tier
    FROM turned t
    INNER JOIN rule r ON r.measure = t.measure
    INNER JOIN cases c ON c.case_id = t.case_id
    CROSS JOIN horizon z
    LEFT JOIN enterprises n ON n.enterprise_id = c.enterprise_id
    LEFT JOIN measure_word w1 ON w1.measure = t.measure AND w1.list = 'case_class' AND w1.word = c.case_class
    LEFT JOIN measure_word w2 ON w2.measure = t.measure AND w2.list = 'category' AND w2.word = c.category
    LEFT JOIN measure_word w3 ON w3.measure = t.measure AND w3.list = 'channel' AND w3.word = c.channel
    LEFT JOIN measure_word w4 ON w4.measure = t.measure AND w4.list = 'stage' AND w4.word = n.stage
    LEFT JOIN measure_word w5 ON w5.measure = t.measure AND w5.list = 'tier' AND w5.word = n.tier
    WHERE t.part = 'start'
      AND (t.next_day IS NULL OR t.next_day >= z.day)
      AND (w1.word IS NOT NULL OR NOT r.where_case_class)
      AND (w2.word IS NOT NULL OR NOT r.where_category)
      AND (w3.word IS NOT NULL OR NOT r.where_channel)
      AND (w4.word IS NOT NULL OR NOT r.where_stage)
      AND (w5.word IS NOT NULL OR NOT r.where_tier)
),
-- The due as the rule alone sets it; null: beyond the calendar.
clocked AS (
    SELECT
        o.*,
        r.clock,
        CASE r.clock
            WHEN 'working_days' THEN w.day
            WHEN 'days' THEN CAST(o.open_day + r.limit_n * INTERVAL '1' DAY AS DATE)
            ELSE CAST(o.opened_at + r.limit_n * INTERVAL '1' HOUR AS DATE)
        END AS due_day,
        CASE r.clock
            WHEN 'working_days' THEN CAST(CAST(w.day + INTERVAL '1' DAY AS DATE) AS TIMESTAMP)
            WHEN 'days' THEN CAST(CAST(o.open_day + (r.limit_n + 1) * INTERVAL '1' DAY AS DATE) AS TIMESTAMP)
            ELSE o.opened_at + r.limit_n * INTERVAL '1' HOUR
        END AS due_at
    FROM opened o
    INNER JOIN rule r ON r.measure = o.measure
    LEFT JOIN calendar s ON s.day = o.open_day
    LEFT JOIN workday w ON w.ordinal = s.ordinal + r.limit_n
),
-- What may move a due: extensions of this clock, and pauses clipped to the obligation.
adjustment AS (
    SELECT
        o.measure, o.case_id, o.party, o.turn_no,
        'extension' AS what,
        e.day AS first_day,
        CASE WHEN e.whole_day THEN 1 ELSE 0 END AS day_rank,
        e.at AS first_at,
        e.seq,
        CASE WHEN e.whole_day THEN CAST(CAST(e.day + INTERVAL '1' DAY AS DATE) AS TIMESTAMP) ELSE e.at END AS began_at,
        CAST(NULL AS DATE) AS began_day,
        CAST(NULL AS TIMESTAMP) AS ended_at,
        e.until AS ended_day
    FROM clocked o
    INNER JOIN case_events e ON e.case_id = o.case_id
    WHERE e.event = 'extended'
      AND e.until IS NOT NULL
      AND o.clock <> 'hours'
      AND (CASE WHEN COALESCE(e.unit, '') = '' THEN o.start_event IN ('submitted', 'reopened', 'dispatched')
                ELSE o.start_event IN ('assigned', 'dispatched') AND e.unit = o.start_unit END)
      AND (e.day > o.open_day OR (e.day = o.open_day AND (
              o.open_whole_day OR e.whole_day OR e.at > o.opened_at OR (e.at = o.opened_at AND e.seq > o.open_seq))))
      AND (o.ended_at IS NULL OR e.day < o.ended_day OR (e.day = o.ended_day AND (
              CASE WHEN e.whole_day THEN 1 ELSE 0 END < o.next_day_rank
              OR (CASE WHEN e.whole_day THEN 1 ELSE 0 END = o.next_day_rank
                  AND (e.at < o.next_at OR (e.at = o.next_at AND e.seq < o.next_seq))))))
    UNION ALL
    SELECT
        o.measure, o.case_id, o.party, o.turn_no,
        'pause' AS what,
        u.began_day AS first_day,
        u.day_rank,
        u.began_at AS first_at,
        u.seq,
        GREATEST(u.began_at, o.opened_at) AS began_at,
        GREATEST(u.began_day, o.open_day) AS began_day,
        CASE WHEN o.ended_at IS NULL THEN u.ended_at WHEN u.ended_at IS NULL THEN o.ended_at
             ELSE LEAST(u.ended_at, o.ended_at) END AS ended_at,
        CASE WHEN o.ended_day IS NULL THEN u.ended_day WHEN u.ended_day IS NULL THEN o.ended_day
             ELSE LEAST(u.ended_day, o.ended_day) END AS ended_day
    FROM clocked o
    INNER JOIN pauses u ON u.measure = o.measure AND u.case_id = o.case_id
    WHERE (u.ended_at IS NULL OR u.ended_at > o.opened_at)
      AND (o.ended_at IS NULL OR u.began_at < o.ended_at)
),
step AS (
    SELECT
        a.*,
        ROW_NUMBER() OVER (
            PARTITION BY a.measure, a.case_id, a.party, a.turn_no
            ORDER BY a.first_day NULLS LAST, a.day_rank NULLS LAST, a.first_at NULLS LAST, a.seq NULLS LAST, a.what NULLS LAST
        ) AS step_no
    FROM adjustment a
),
-- A pause of no working day leaves a due on a rest day where it is; GREATEST passes over nulls, so that a due that
-- the calendar does not reach has to be kept null by itself.
moved AS (
    SELECT
        o.measure, o.case_id, o.party, o.turn_no, o.clock,
        CAST(0 AS BIGINT) AS step_no,
        o.due_day,
        o.due_at,
        FALSE AS extended,
        CAST(0 AS DOUBLE) AS paused,
        FALSE AS standing
    FROM clocked o
    INNER JOIN (SELECT DISTINCT measure, case_id, party, turn_no FROM step) s
        ON s.measure = o.measure AND s.case_id = o.case_id AND s.party = o.party AND s.turn_no = o.turn_no
    UNION ALL
    SELECT
        m.measure, m.case_id, m.party, m.turn_no, m.clock,
        s.step_no,
        CASE
            WHEN s.what = 'extension' AND s.began_at < m.due_at THEN GREATEST(m.due_day, s.ended_day)
            WHEN s.what = 'extension' OR s.began_at > m.due_at OR s.ended_at IS NULL OR m.due_at IS NULL THEN m.due_day
            WHEN m.clock = 'working_days' AND ce.ordinal = cb.ordinal THEN GREATEST(m.due_day, s.ended_day)
            WHEN m.clock = 'working_days' THEN CASE WHEN w.day IS NOT NULL THEN GREATEST(w.day, s.ended_day) END
            WHEN m.clock = 'days' THEN GREATEST(
                CAST(m.due_day + CAST(s.ended_day - s.began_day AS INT) * INTERVAL '1' DAY AS DATE), s.ended_day)
            ELSE CAST(m.due_at + (s.ended_at - s.began_at) AS DATE)
        END AS due_day,
        CASE
            WHEN s.what = 'extension' AND s.began_at < m.due_at
                THEN CAST(CAST(GREATEST(m.due_day, s.ended_day) + INTERVAL '1' DAY AS DATE) AS TIMESTAMP)
            WHEN s.what = 'extension' OR s.began_at > m.due_at OR s.ended_at IS NULL OR m.due_at IS NULL THEN m.due_at
            WHEN m.clock = 'working_days' AND ce.ordinal = cb.ordinal
                THEN CAST(CAST(GREATEST(m.due_day, s.ended_day) + INTERVAL '1' DAY AS DATE) AS TIMESTAMP)
            WHEN m.clock = 'working_days' THEN CASE WHEN w.day IS NOT NULL
                THEN CAST(CAST(GREATEST(w.day, s.ended_day) + INTERVAL '1' DAY AS DATE) AS TIMESTAMP) END
            WHEN m.clock = 'days' THEN CAST(CAST(GREATEST(
                CAST(m.due_day + CAST(s.ended_day - s.began_day AS INT) * INTERVAL '1' DAY AS DATE),
                s.ended_day) + INTERVAL '1' DAY AS DATE) AS TIMESTAMP)
            ELSE m.due_at + (s.ended_at - s.began_at)
        END AS due_at,
        m.extended OR (s.what = 'extension' AND s.began_at < m.due_at AND s.ended_day > m.due_day) AS extended,
        m.paused + CASE
            WHEN s.what = 'extension' OR s.began_at > m.due_at OR s.ended_at IS NULL THEN 0
            WHEN m.clock = 'working_days' THEN CAST(ce.ordinal - cb.ordinal AS DOUBLE)
            WHEN m.clock = 'days' THEN CAST(CAST(s.ended_day - s.began_day AS INT) AS DOUBLE)
            ELSE CAST(CAST(CAST(s.ended_at AS DATE) - CAST(s.began_at AS DATE) AS INT) AS DOUBLE) * 24
                + (EXTRACT(HOUR FROM s.ended_at) - EXTRACT(HOUR FROM s.began_at))
                + CAST(EXTRACT(MINUTE FROM s.ended_at) - EXTRACT(MINUTE FROM s.began_at) AS DOUBLE) / 60
                + CAST(EXTRACT(SECOND FROM s.ended_at) - EXTRACT(SECOND FROM s.began_at) AS DOUBLE) / 3600
        END AS paused,
        m.standing OR (s.what = 'pause' AND s.began_at <= m.due_at AND s.ended_at IS NULL) AS standing
    FROM moved m
    INNER JOIN step s
        ON s.measure = m.measure AND s.case_id = m.case_id AND s.party = m.party AND s.turn_no = m.turn_no
       AND s.step_no = m.step_no + 1
    LEFT JOIN calendar cb ON cb.day = s.began_day
    LEFT JOIN calendar ce ON ce.day = s.ended_day
    LEFT JOIN calendar cd ON cd.day = m.due_day
    LEFT JOIN workday w ON w.ordinal = cd.ordinal + (ce.ordinal - cb.ordinal)
),
last_step AS (
    SELECT m.*
    FROM moved m
    QUALIFY ROW_NUMBER() OVER (
        PARTITION BY m.measure, m.case_id, m.party, m.turn_no ORDER BY m.step_no DESC NULLS LAST
    ) = 1
),
settled AS (
    SELECT
        o.*,
        CASE WHEN l.measure IS NULL THEN o.due_day ELSE l.due_day END AS final_due_day,
        CASE WHEN l.measure IS NULL THEN o.due_at ELSE l.due_at END AS final_due_at,
        COALESCE(l.extended, FALSE) AS extended,
        COALESCE(l.paused, 0) AS paused,
        COALESCE(l.standing, FALSE) AS standing
    FROM clocked o
    LEFT JOIN last_step l
        ON l.measure = o.measure AND l.case_id = o.case_id AND l.party = o.party AND l.turn_no = o.turn_no
),
judged AS (
    SELECT
        s.*,
        CASE
            WHEN s.clock = 'hours' AND (s.open_whole_day OR (s.ended_by = 'end' AND s.ended_whole_day)) THEN 'unmeasurable'
            WHEN s.ended_by = 'end' AND s.final_due_at IS NULL
                THEN CASE WHEN d.is_workday IS NULL THEN 'pending' ELSE 'met' END
            WHEN s.ended_by = 'end' THEN CASE WHEN s.ended_at <= s.final_due_at THEN 'met' ELSE 'breached' END
            WHEN s.ended_by = 'close' THEN CASE WHEN s.final_due_at <= s.ended_at THEN 'breached' END
            WHEN s.standing OR s.final_due_at IS NULL THEN 'pending'
            WHEN s.final_due_at <= p.as_of THEN 'breached'
            ELSE 'pending'
        END AS outcome,
        d.ordinal - b.ordinal AS elapsed_workdays
    FROM settled s
    CROSS JOIN params p
    LEFT JOIN calendar b ON b.day = s.open_day
    LEFT JOIN calendar d ON d.day = s.ended_day
),
-- For measures of departments whose start names none: the latest earlier act that does.
named AS (
    SELECT j.measure, j.case_id, j.party, j.turn_no, e.unit
    FROM judged j
    INNER JOIN rule r ON r.measure = j.measure
    INNER JOIN case_events e ON e.case_id = j.case_id
    WHERE r.answers = 'event_unit'
      AND COALESCE(j.start_unit, '') = ''
      AND j.start_event <> 'assigned'
      AND e.event IN ('dispatched', 'assigned', 'accepted')
      AND COALESCE(e.unit, '') <> ''
      AND (e.day < j.open_day OR (e.day = j.open_day AND NOT j.open_whole_day AND NOT e.whole_day
              AND (e.at < j.opened_at OR (e.at = j.opened_at AND e.seq < j.open_seq))))
    QUALIFY ROW_NUMBER() OVER (
        PARTITION BY j.measure, j.case_id, j.party, j.turn_no
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
            WHEN j.outcome = 'pending' THEN CAST(NULL AS DATE)
            WHEN j.ended_by = 'end' THEN GREATEST(j.open_day, LEAST(j.ended_day, COALESCE(j.final_due_day, j.ended_day)))
            ELSE GREATEST(j.open_day, j.final_due_day)
        END AS decided_on,
        j.outcome,
        CASE
            WHEN j.ended_by IS NULL OR j.ended_by <> 'end' OR j.outcome = 'unmeasurable' THEN CAST(NULL AS DOUBLE)
            WHEN j.clock = 'working_days' THEN CAST(j.elapsed_workdays AS DOUBLE) - j.paused
            WHEN j.clock = 'days' THEN CAST(CAST(j.ended_day - j.open_day AS INT) AS DOUBLE) - j.paused
            ELSE CAST(CAST(CAST(j.ended_at AS DATE) - CAST(j.opened_at AS DATE) AS INT) AS DOUBLE) * 24
                + (EXTRACT(HOUR FROM j.ended_at) - EXTRACT(HOUR FROM j.opened_at))
                + CAST(EXTRACT(MINUTE FROM j.ended_at) - EXTRACT(MINUTE FROM j.opened_at) AS DOUBLE) / 60
                + CAST(EXTRACT(SECOND FROM j.ended_at) - EXTRACT(SECOND FROM j.opened_at) AS DOUBLE) / 3600
                - j.paused
        END AS value,
        CAST(NULL AS DOUBLE) AS weight,
        FALSE AS shared,
        j.extended,
        j.paused
    FROM judged j
    INNER JOIN rule r ON r.measure = j.measure
    LEFT JOIN named m
        ON m.measure = j.measure AND m.case_id = j.case_id AND m.party = j.party AND m.turn_no = j.turn_no
    WHERE j.outcome IS NOT NULL
)
SELECT * FROM final
