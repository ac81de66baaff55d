-- Clocks of cases as they opened. Grain: one obligation = a start and the first end after it (turns.sql), of the cases that
-- the rule is about. The due is as the rule alone sets it: what moves it comes next (moved.sql).
WITH rule AS (
    SELECT * FROM measure WHERE kind = 'deadline' AND source = 'cases'
),
opened AS (
    SELECT
        y.measure,
        y.case_id,
        y.party,
        t.party_no,
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
             THEN CAST(CAST(t.next_at AS DATE) + INTERVAL '1' DAY AS TIMESTAMP) ELSE t.next_at END AS ended_at,
        CAST(t.next_at AS DATE) AS ended_day,
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
    FROM turn t
    INNER JOIN touched y ON y.party_no = t.party_no
    INNER JOIN rule r ON r.measure = y.measure
    INNER JOIN cases c ON c.case_id = y.case_id
    LEFT JOIN enterprises n ON n.enterprise_id = c.enterprise_id
    LEFT JOIN measure_word w1 ON w1.measure = y.measure AND w1.list = 'case_class' AND w1.word = c.case_class
    LEFT JOIN measure_word w2 ON w2.measure = y.measure AND w2.list = 'category' AND w2.word = c.category
    LEFT JOIN measure_word w3 ON w3.measure = y.measure AND w3.list = 'channel' AND w3.word = c.channel
    LEFT JOIN measure_word w4 ON w4.measure = y.measure AND w4.list = 'stage' AND w4.word = n.stage
    LEFT JOIN measure_word w5 ON w5.measure = y.measure AND w5.list = 'tier' AND w5.word = n.tier
    -- One condition: of six the planner would expect next to nothing to be left.
    WHERE CASE
              WHEN r.clock = 'own' AND c.due_at IS NULL THEN FALSE
              WHEN r.where_case_class AND w1.word IS NULL THEN FALSE
              WHEN r.where_category AND w2.word IS NULL THEN FALSE
              WHEN r.where_channel AND w3.word IS NULL THEN FALSE
              WHEN r.where_stage AND w4.word IS NULL THEN FALSE
              WHEN r.where_tier AND w5.word IS NULL THEN FALSE
              ELSE TRUE
          END
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
    LEFT JOIN calendar s ON s.day = o.open_day AND s.ordinal IS NOT NULL
    LEFT JOIN workday w ON w.ordinal = s.ordinal + r.limit_n
)
SELECT * FROM clocked
