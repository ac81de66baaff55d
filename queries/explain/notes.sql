-- What a reader of `explain` has to know of who answers. Grain: one evidence row and fact about it.
--
-- what: deputy (stands in for `whom`, who is away from first_day to last_day), away (the one who answers is, without a
-- deputy), handed_over (`whom` held the enterprise when the row opened; the one who answers does since first_day),
-- after (a change: `whom` was the holder before).
WITH answered AS (
    SELECT
        e.record, e.opened_at, e.due_at, e.enterprise_id, e.person_id, COALESCE(x.role, r.answers_role) AS role,
        COALESCE(e.decided_on, p.as_of_day) AS answer_day
    FROM evidence e
    INNER JOIN measure r ON r.measure = e.measure AND r.answers IN ('role', 'person_or_role', 'unit_or_role')
    CROSS JOIN params p
    LEFT JOIN enterprises n ON n.enterprise_id = e.enterprise_id
    LEFT JOIN measure_role x ON x.measure = e.measure AND x.stage = n.stage
    WHERE e.person_id IS NOT NULL AND e.enterprise_id IS NOT NULL
),
held AS (
    SELECT w.*, a.holder_id, a.holder, a.valid_from
    FROM answered w
    INNER JOIN assignments a
        ON a.enterprise_id = w.enterprise_id AND a.role = w.role
       AND a.valid_from <= w.answer_day AND w.answer_day < a.valid_to
),
away AS (
    SELECT
        h.record, h.opened_at, h.due_at,
        CASE WHEN b.deputy_id IS NULL THEN 'away' ELSE 'deputy' END AS what,
        h.holder_id AS whom,
        b.first_day,
        b.last_day
    FROM held h
    INNER JOIN absences b ON b.person_id = h.holder_id AND b.first_day <= h.answer_day AND h.answer_day <= b.last_day
    WHERE b.deputy_id = h.person_id OR (b.deputy_id IS NULL AND h.holder_id = h.person_id)
),
travelled AS (
    SELECT
        h.record, h.opened_at, h.due_at,
        'handed_over' AS what,
        a.holder AS whom,
        h.valid_from AS first_day,
        CAST(NULL AS DATE) AS last_day
    FROM held h
    INNER JOIN assignments a
        ON a.enterprise_id = h.enterprise_id AND a.role = h.role AND a.holder <> h.holder
       AND a.valid_from <= CAST(h.opened_at AS DATE) AND CAST(h.opened_at AS DATE) < a.valid_to
    WHERE h.holder_id = h.person_id AND h.valid_from > CAST(h.opened_at AS DATE)
),
changed AS (
    SELECT
        e.record, e.opened_at, e.due_at,
        'after' AS what,
        a.holder AS whom,
        a.valid_from AS first_day,
        NULLIF(a.valid_to, DATE '9999-12-30') AS last_day
    FROM evidence e
    INNER JOIN measure r ON r.measure = e.measure AND r.source = 'changes'
    INNER JOIN changes c
        ON e.record = 'assignments/' || c.enterprise_id || '/' || c.role || '/' || c.holder || '/' || CAST(c.valid_from AS VARCHAR)
    INNER JOIN assignments a
        ON a.enterprise_id = c.enterprise_id AND a.role = c.role AND a.valid_from < c.valid_from
    QUALIFY RANK() OVER (
        PARTITION BY e.measure, e.record ORDER BY a.valid_from DESC NULLS LAST
    ) = 1
),
final AS (
    SELECT * FROM away
    UNION
    SELECT * FROM travelled
    UNION
    SELECT * FROM changed
)
SELECT f.record, f.opened_at, f.due_at, f.what, f.whom, f.first_day, f.last_day
FROM final f
ORDER BY f.record NULLS LAST, f.opened_at NULLS LAST, f.due_at NULLS LAST, f.what NULLS LAST, f.whom NULLS LAST
