-- Clocks of cases as they opened. Grain: one obligation = a start and the first end after it.
--
-- The order of a case's acts is (day, bare-date starts first and bare-date ends last, time, seq). In that order a
-- start opens an obligation unless one is open (a reminder is no new clock); the next act that is not a start ends
-- it: an `end` does it, a `close` (withdrawn, settled over an open assignment, …) breaks it off. The due is as the
-- rule alone sets it: what moves it comes next (moved.sql).
WITH rule AS (
    SELECT * FROM measure WHERE kind = 'deadline' AND source = 'cases'
),
-- What closes every department's clock of a case is repeated for each of them.
act AS (
    SELECT
        y.measure,
        y.case_id,
        y.party,
        t.part,
        e.event,
        e.unit,
        e.day,
        CASE WHEN NOT e.whole_day THEN 0 WHEN t.part = 'start' THEN -1 ELSE 1 END AS day_rank,
        e.at,
        e.seq,
        e.whole_day,
        r.redispatch
    FROM touched y
    INNER JOIN rule r ON r.measure = y.measure
    INNER JOIN measure_part t ON t.measure = y.measure
    INNER JOIN touched_events e ON e.case_id = y.case_id AND e.event = t.event
    CROSS JOIN params p
    WHERE (t.part <> 'start' OR e.day >= p.in_force_from)
      AND (NOT r.per_unit OR t.part = 'close' OR COALESCE(e.unit, '') = y.party)
),
seen AS (
    SELECT
        a.*,
        LAG(a.part) OVER turn AS part_before,
        LAG(a.unit) OVER turn AS unit_before
    FROM act a
    WINDOW turn AS (
        PARTITION BY a.measure, a.case_id, a.party
        ORDER BY a.day NULLS LAST, a.day_rank NULLS LAST, a.at NULLS LAST, a.seq NULLS LAST, a.event NULLS LAST
    )
),
turned AS (
    SELECT
        s.*,
        LEAD(s.part) OVER turn AS next_part,
        LEAD(s.event) OVER turn AS next_event,
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
        t.next_event AS end_event,
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
        c.due_at AS own_due_at,
        c.due_at_whole_day AS own_due_whole_day,
        n.stage,
        n.tier
    FROM turned t
    INNER JOIN rule r ON r.measure = t.measure
    INNER JOIN cases c ON c.case_id = t.case_id
    CROSS JOIN (SELECT MAX(y.asked_from) AS day FROM touched y) z
    LEFT JOIN enterprises n ON n.enterprise_id = c.enterprise_id
    LEFT JOIN measure_word w1 ON w1.measure = t.measure AND w1.list = 'case_class' AND w1.word = c.case_class
    LEFT JOIN measure_word w2 ON w2.measure = t.measure AND w2.list = 'category' AND w2.word = c.category
    LEFT JOIN measure_word w3 ON w3.measure = t.measure AND w3.list = 'channel' AND w3.word = c.channel
    LEFT JOIN measure_word w4 ON w4.measure = t.measure AND w4.list = 'stage' AND w4.word = n.stage
    LEFT JOIN measure_word w5 ON w5.measure = t.measure AND w5.list = 'tier' AND w5.word = n.tier
    WHERE t.part = 'start'
      AND (t.next_day IS NULL OR t.next_day >= z.day)
      AND (r.clock <> 'own' OR c.due_at IS NOT NULL)
      AND (w1.word IS NOT NULL OR NOT r.where_case_class)
      AND (w2.word IS NOT NULL OR NOT r.where_category)
      AND (w3.word IS NOT NULL OR NOT r.where_channel)
      AND (w4.word IS NOT NULL OR NOT r.where_stage)
      AND (w5.word IS NOT NULL OR NOT r.where_tier)
),
-- The due as the rule alone sets it; null: beyond the calendar. `own`: as the case itself brings it; without one no
-- such clock opens.
clocked AS (
    SELECT
        o.*,
        r.clock,
        CASE r.clock
            WHEN 'working_days' THEN w.day
            WHEN 'days' THEN CAST(o.open_day + r.limit_n * INTERVAL '1' DAY AS DATE)
            WHEN 'own' THEN CAST(o.own_due_at AS DATE)
            ELSE CAST(o.opened_at + r.limit_n * INTERVAL '1' HOUR AS DATE)
        END AS due_day,
        CASE r.clock
            WHEN 'working_days' THEN CAST(CAST(w.day + INTERVAL '1' DAY AS DATE) AS TIMESTAMP)
            WHEN 'days' THEN CAST(CAST(o.open_day + (r.limit_n + 1) * INTERVAL '1' DAY AS DATE) AS TIMESTAMP)
            WHEN 'own' THEN CASE WHEN o.own_due_whole_day
                THEN CAST(CAST(CAST(o.own_due_at AS DATE) + INTERVAL '1' DAY AS DATE) AS TIMESTAMP) ELSE o.own_due_at END
            ELSE o.opened_at + r.limit_n * INTERVAL '1' HOUR
        END AS due_at
    FROM opened o
    INNER JOIN rule r ON r.measure = o.measure
    LEFT JOIN calendar s ON s.day = o.open_day
    LEFT JOIN workday w ON w.ordinal = s.ordinal + r.limit_n
)
SELECT * FROM clocked
