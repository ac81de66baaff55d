-- Who answers for each row. Grain: one evidence row of the period asked.
--
-- A role answers through whoever holds it for the enterprise on the day of decision (pending: the as-of day); of
-- several the latest valid_from, then the smallest holder, marked shared. Nobody: both null, the vacuum (空档). Where
-- each stage of an enterprise has a role of its own, that of its stage answers.
WITH row_of AS (
    SELECT
        o.*,
        CASE WHEN o.answers_role = 'by_stage' THEN x.role ELSE o.answers_role END AS asked_role,
        COALESCE(o.decided_on, p.as_of_day) AS answer_day
    FROM obligation o
    INNER JOIN measure r ON r.measure = o.measure
    CROSS JOIN params p
    -- Of one side only, the condition stands in the key: beside it, it would make a nested loop of the join.
    LEFT JOIN enterprises n ON n.enterprise_id = CASE WHEN o.answers_role = 'by_stage' THEN o.enterprise_id END
    LEFT JOIN measure_role x ON x.measure = o.measure AND x.stage = n.stage
    -- A state is that of the as-of day in any period asked.
    WHERE o.outcome IN ('pending', 'standing') OR r.state OR (o.decided_on >= p.period_first AND o.decided_on <= p.period_last)
),
asked AS (
    SELECT DISTINCT k.asked_role AS answers_role, k.enterprise_id, k.answer_day FROM row_of k WHERE k.asked_role IS NOT NULL
),
held AS (
    SELECT q.answers_role, q.enterprise_id, q.answer_day, h.holder_id, h.unit, h.holder, h.valid_from
    FROM asked q
    INNER JOIN holdings h
        ON h.role = q.answers_role AND h.enterprise_id = q.enterprise_id
       AND h.first_day <= q.answer_day AND q.answer_day < h.end_day
),
-- Mostly one; only several are put into order.
counted AS (
    SELECT
        h.answers_role, h.enterprise_id, h.answer_day,
        MIN(h.holder_id) AS holder_id, MIN(h.unit) AS unit, COUNT(*) AS holdings, MIN(h.holder) <> MAX(h.holder) AS shared
    FROM held h
    GROUP BY h.answers_role, h.enterprise_id, h.answer_day
),
first_of_several AS (
    SELECT h.answers_role, h.enterprise_id, h.answer_day, h.holder_id, h.unit, c.shared
    FROM counted c
    INNER JOIN held h
        ON h.answers_role = c.answers_role AND h.enterprise_id = c.enterprise_id AND h.answer_day = c.answer_day
    WHERE c.holdings > 1
    QUALIFY ROW_NUMBER() OVER (
        PARTITION BY h.answers_role, h.enterprise_id, h.answer_day
        ORDER BY h.valid_from DESC NULLS LAST, h.holder NULLS LAST, h.unit NULLS LAST
    ) = 1
),
holder AS (
    SELECT c.answers_role, c.enterprise_id, c.answer_day, c.holder_id, c.unit, c.shared
    FROM counted c
    WHERE c.holdings = 1
    UNION ALL
    SELECT * FROM first_of_several
)
SELECT
    k.measure,
    k.record,
    COALESCE(k.person_id, h.holder_id) AS person_id,
    COALESCE(k.unit, CASE WHEN k.asked_role IS NOT NULL THEN h.unit ELSE o.unit END) AS unit,
    k.enterprise_id,
    k.category,
    k.class,
    k.channel,
    k.stage,
    k.tier,
    k.opened_at,
    k.due_day,
    k.due_at,
    k.done_at,
    k.decided_on,
    k.outcome,
    k.value,
    k.weight,
    COALESCE(h.shared, FALSE) AS shared,
    k.extended,
    k.paused,
    k.elapsed,
    k.ended_by,
    k.ended_on
FROM row_of k
LEFT JOIN holder h
    ON h.answers_role = k.asked_role AND h.enterprise_id = k.enterprise_id AND h.answer_day = k.answer_day
LEFT JOIN people o ON o.person_id = k.person_id
