-- Hand-overs without a vacuum. Grain: one assignment that follows an earlier one of the role for the enterprise, or
-- an enterprise left without one. value: in-scope days between them; met if 0. The unit that left answers.
WITH rule AS (
    SELECT * FROM measure WHERE kind = 'continuity'
),
assigned AS (
    SELECT
        r.measure, a.enterprise_id, a.role, a.holder, a.holder_id, a.holder_unit, a.valid_from, a.valid_to, a.as_of_day
    FROM rule r
    INNER JOIN assignments a ON a.role = r.role
),
-- Most have one holder, who still is; there nothing is handed over.
handed AS (
    SELECT measure, enterprise_id
    FROM assigned
    GROUP BY measure, enterprise_id
    HAVING COUNT(*) > 1 OR MIN(valid_to) <= MAX(as_of_day)
),
held AS (
    SELECT
        a.measure, a.enterprise_id, a.role, a.holder, COALESCE(a.holder_unit, h.unit) AS unit, a.valid_from, a.valid_to,
        ROW_NUMBER() OVER (
            PARTITION BY a.measure, a.enterprise_id ORDER BY a.valid_from NULLS LAST, a.holder NULLS LAST
        ) AS turn_no
    FROM assigned a
    INNER JOIN handed d ON d.measure = a.measure AND d.enterprise_id = a.enterprise_id
    LEFT JOIN people h ON h.person_id = a.holder_id
),
-- Behind the last assignment stands the open end: nobody yet.
turn AS (
    SELECT measure, enterprise_id, role, holder, valid_from, turn_no FROM held
    UNION ALL
    SELECT measure, enterprise_id, role, CAST(NULL AS VARCHAR), CAST(NULL AS DATE), MAX(turn_no) + 1
    FROM held
    GROUP BY measure, enterprise_id, role
),
followed AS (
    SELECT
        t.measure, t.enterprise_id, t.role, t.holder, t.valid_from, t.turn_no,
        e.unit AS left_unit,
        e.valid_to AS left_on
    FROM turn t
    INNER JOIN held e ON e.measure = t.measure AND e.enterprise_id = t.enterprise_id AND e.turn_no < t.turn_no
    QUALIFY ROW_NUMBER() OVER (
        PARTITION BY t.measure, t.enterprise_id, t.turn_no ORDER BY e.valid_to DESC NULLS LAST, e.turn_no DESC NULLS LAST
    ) = 1
),
-- The same holder without a break: an earlier assignment of theirs lasts until this one.
continued AS (
    SELECT DISTINCT t.measure, t.enterprise_id, t.turn_no
    FROM held t
    INNER JOIN held e
        ON e.measure = t.measure AND e.enterprise_id = t.enterprise_id AND e.turn_no < t.turn_no
       AND e.holder = t.holder AND e.valid_to >= t.valid_from
),
gap AS (
    SELECT
        f.*,
        n.stage,
        n.tier,
        GREATEST(f.left_on, n.in_scope_from) AS first_gap_day,
        CASE
            WHEN NOT n.listed THEN 0
            ELSE GREATEST(0, CAST(
                LEAST(COALESCE(f.valid_from, CAST(p.as_of_day + INTERVAL '1' DAY AS DATE)),
                      CAST(n.in_scope_to + INTERVAL '1' DAY AS DATE))
                - GREATEST(f.left_on, n.in_scope_from) AS INT))
        END AS gap_days
    FROM followed f
    CROSS JOIN params p
    INNER JOIN enterprises n ON n.enterprise_id = f.enterprise_id
    WHERE f.left_on <= p.as_of_day
),
final AS (
    SELECT
        g.measure,
        'assignments/' || g.enterprise_id || '/' || g.role || '/' || COALESCE(g.holder, '') || '/'
            || COALESCE(CAST(g.valid_from AS VARCHAR), '') AS record,
        CAST(NULL AS VARCHAR) AS person_id,
        CASE r.answers WHEN 'left_unit' THEN g.left_unit WHEN 'unit' THEN r.answers_unit END AS unit,
        CAST(NULL AS VARCHAR) AS answers_role,
        g.enterprise_id,
        CAST(NULL AS VARCHAR) AS category,
        CAST(NULL AS VARCHAR) AS class,
        CAST(NULL AS VARCHAR) AS channel,
        g.stage,
        g.tier,
        CAST(g.left_on AS TIMESTAMP) AS opened_at,
        CAST(NULL AS DATE) AS due_day,
        CAST(NULL AS TIMESTAMP) AS due_at,
        CAST(g.valid_from AS TIMESTAMP) AS done_at,
        CASE WHEN g.gap_days > 0 THEN g.first_gap_day ELSE g.left_on END AS decided_on,
        CASE WHEN g.gap_days > 0 THEN 'breached' ELSE 'met' END AS outcome,
        CAST(g.gap_days AS DOUBLE) AS value,
        CAST(NULL AS DOUBLE) AS weight,
        FALSE AS shared,
        FALSE AS extended,
        CAST(0 AS DOUBLE) AS paused
    FROM gap g
    INNER JOIN rule r ON r.measure = g.measure
    LEFT JOIN continued c ON c.measure = g.measure AND c.enterprise_id = g.enterprise_id AND c.turn_no = g.turn_no
    -- A hand-over at once (valid_from not after the day left) is met; a gap out of scope is nobody's.
    WHERE (g.gap_days > 0 OR g.valid_from <= g.left_on)
      AND c.enterprise_id IS NULL
)
SELECT f.*
FROM final f
CROSS JOIN params p
WHERE f.decided_on >= p.in_force_from
