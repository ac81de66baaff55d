-- What happened to a case while its clock ran. Grain: one note of one evidence row of a clock of cases: an extension or a
-- pause that moved its due, a reopening, the act that broke it off, a change of holder, a deputy.
--
-- Holders are those of the role that answers, from the day the clock opened to the day on which the row was decided.
WITH clock AS (
    SELECT
        e.measure,
        e.record,
        e.enterprise_id,
        e.unit,
        e.opened_at,
        e.due_at,
        CAST(e.opened_at AS DATE) AS open_day,
        COALESCE(e.decided_on, p.as_of_day) AS answer_day,
        e.done_at,
        e.ended_by,
        e.ended_on,
        COALESCE(x.role, r.answers_role) AS answers_role
    FROM evidence e
    INNER JOIN measure r ON r.measure = e.measure
    CROSS JOIN params p
    LEFT JOIN enterprises n ON n.enterprise_id = e.enterprise_id
    LEFT JOIN measure_role x ON x.measure = e.measure AND x.stage = n.stage
    WHERE r.kind = 'deadline' AND r.source = 'cases'
),
start AS (
    SELECT k.measure, k.record, k.unit, k.opened_at, k.due_at, o.case_id, o.party, o.turn_no, o.start_event, o.clock
    FROM clock k
    INNER JOIN clocked o
        ON o.measure = k.measure AND 'cases/' || o.case_id = k.record AND o.opened_at = k.opened_at
       AND (o.party = '' OR o.party = COALESCE(k.unit, ''))
),
step AS (
    SELECT
        s.measure, s.record, s.unit, s.opened_at, s.due_at, s.clock, s.start_event,
        m.what, m.began_day, m.ended_day, m.stopped_at,
        LAG(m.due_day) OVER turn AS due_before,
        m.due_day,
        m.paused - LAG(m.paused) OVER turn AS paused_by
    FROM start s
    INNER JOIN clock_step m
        ON m.measure = s.measure AND m.case_id = s.case_id AND m.party = s.party AND m.turn_no = s.turn_no
    WINDOW turn AS (
        PARTITION BY s.measure, s.record, s.unit, s.opened_at, s.due_at, s.party, s.turn_no ORDER BY m.step_no NULLS LAST
    )
),
moved AS (
    SELECT
        p.measure, p.record, p.unit, p.opened_at, p.due_at,
        p.what,
        p.began_day AS from_day,
        CASE WHEN p.what = 'pause' THEN p.ended_day END AS to_day,
        p.due_before,
        p.due_day AS due_after,
        CASE WHEN p.what = 'pause' THEN p.paused_by END AS amount,
        p.start_event AS word_before,
        p.clock AS word_after
    FROM step p
    WHERE (p.what = 'extension' AND p.due_day > p.due_before)
       OR (p.what = 'pause' AND (p.paused_by > 0 OR p.stopped_at IS NOT NULL))
),
reopened AS (
    SELECT
        s.measure, s.record, s.unit, s.opened_at, s.due_at,
        'reopened' AS what,
        CAST(s.opened_at AS DATE) AS from_day,
        CAST(NULL AS DATE) AS to_day,
        CAST(NULL AS DATE) AS due_before,
        CAST(NULL AS DATE) AS due_after,
        CAST(NULL AS DOUBLE) AS amount,
        CAST(NULL AS VARCHAR) AS word_before,
        CAST(NULL AS VARCHAR) AS word_after
    FROM start s
    WHERE s.start_event = 'reopened'
),
broken AS (
    SELECT
        k.measure, k.record, k.unit, k.opened_at, k.due_at,
        'broken' AS what,
        k.ended_on AS from_day,
        CAST(NULL AS DATE) AS to_day,
        CAST(NULL AS DATE) AS due_before,
        CAST(NULL AS DATE) AS due_after,
        CAST(NULL AS DOUBLE) AS amount,
        CAST(NULL AS VARCHAR) AS word_before,
        k.ended_by AS word_after
    FROM clock k
    WHERE k.done_at IS NULL AND k.ended_by IS NOT NULL
),
-- Who took over from whom while the clock ran: the latest assignment before.
taken AS (
    SELECT
        k.measure, k.record, k.unit, k.opened_at, k.due_at, a.valid_from, a.holder, b.holder AS holder_before,
        ROW_NUMBER() OVER (
            PARTITION BY k.measure, k.record, k.unit, k.opened_at, k.due_at, a.valid_from, a.holder
            ORDER BY b.valid_from DESC NULLS LAST, b.holder NULLS LAST
        ) AS turn_no
    FROM clock k
    INNER JOIN assignments a
        ON a.enterprise_id = k.enterprise_id AND a.role = k.answers_role
       AND a.valid_from > k.open_day AND a.valid_from <= k.answer_day
    LEFT JOIN assignments b
        ON b.enterprise_id = a.enterprise_id AND b.role = a.role AND b.valid_from < a.valid_from
),
handover AS (
    SELECT
        t.measure, t.record, t.unit, t.opened_at, t.due_at,
        'handover' AS what,
        t.valid_from AS from_day,
        CAST(NULL AS DATE) AS to_day,
        CAST(NULL AS DATE) AS due_before,
        CAST(NULL AS DATE) AS due_after,
        CAST(NULL AS DOUBLE) AS amount,
        t.holder_before AS word_before,
        t.holder AS word_after
    FROM taken t
    WHERE t.turn_no = 1 AND t.holder IS DISTINCT FROM t.holder_before
),
deputy AS (
    SELECT DISTINCT
        k.measure, k.record, k.unit, k.opened_at, k.due_at,
        'deputy' AS what,
        GREATEST(h.first_day, k.open_day) AS from_day,
        LEAST(CAST(h.end_day - INTERVAL '1' DAY AS DATE), k.answer_day) AS to_day,
        CAST(NULL AS DATE) AS due_before,
        CAST(NULL AS DATE) AS due_after,
        CAST(NULL AS DOUBLE) AS amount,
        a.holder AS word_before,
        h.holder AS word_after
    FROM clock k
    INNER JOIN holdings h
        ON h.enterprise_id = k.enterprise_id AND h.role = k.answers_role AND h.deputy
       AND h.first_day <= k.answer_day AND h.end_day > k.open_day
    LEFT JOIN assignments a
        ON a.enterprise_id = h.enterprise_id AND a.role = h.role AND a.valid_from = h.valid_from
),
final AS (
    SELECT * FROM reopened
    UNION ALL
    SELECT * FROM moved
    UNION ALL
    SELECT * FROM handover
    UNION ALL
    SELECT * FROM deputy
    UNION ALL
    SELECT * FROM broken
)
SELECT
    f.measure, f.record, f.unit, f.opened_at, f.due_at, f.what, f.from_day, f.to_day, f.due_before, f.due_after, f.amount,
    CASE WHEN f.what IN ('handover', 'deputy') THEN COALESCE(b.name || '（' || f.word_before || '）', f.word_before)
         ELSE f.word_before END AS word_before,
    CASE WHEN f.what IN ('handover', 'deputy') THEN COALESCE(a.name || '（' || f.word_after || '）', f.word_after)
         ELSE f.word_after END AS word_after
FROM final f
LEFT JOIN people b ON b.person_id = f.word_before
LEFT JOIN people a ON a.person_id = f.word_after
ORDER BY f.measure NULLS LAST, f.record NULLS LAST, f.opened_at NULLS LAST, f.due_at NULLS LAST, f.unit NULLS LAST, f.from_day NULLS LAST,
    f.what NULLS LAST, f.to_day NULLS LAST, f.word_after NULLS LAST
