-- Enterprises in scope on the as-of day, with who answers for each. Grain: one enterprise.
--
-- Who answers is found as in evidence/answers.sql: of several holders of the role (frame_role) the one who came last, of these the
-- smallest. called_on: the last telephone evaluation known, for the cool-down of phone visits.
WITH scoped AS (
    SELECT e.*
    FROM enterprises e
    WHERE e.listed AND e.in_scope_from <= e.as_of_day AND e.as_of_day <= e.in_scope_to
),
held AS (
    SELECT h.enterprise_id, h.holder_id, h.unit
    FROM holdings h
    JOIN frame_role r ON r.role = h.role
    WHERE h.holder_id IS NOT NULL AND h.first_day <= h.as_of_day AND h.as_of_day < h.end_day
    QUALIFY ROW_NUMBER() OVER (
        PARTITION BY h.enterprise_id ORDER BY h.valid_from DESC NULLS LAST, h.holder NULLS LAST, h.unit NULLS LAST
    ) = 1
),
called AS (
    SELECT v.enterprise_id, MAX(v.day) AS called_on
    FROM evaluations v
    WHERE v.channel = 'phone'
    GROUP BY v.enterprise_id
)
SELECT
    s.enterprise_id,
    s.name,
    s.contact_name,
    s.contact_phone,
    s.area,
    s.industry,
    s.tier,
    h.holder_id AS steward_id,
    p.name AS steward,
    h.unit,
    c.called_on
FROM scoped s
LEFT JOIN held h ON h.enterprise_id = s.enterprise_id
LEFT JOIN people p ON p.person_id = h.holder_id
LEFT JOIN called c ON c.enterprise_id = s.enterprise_id
ORDER BY s.enterprise_id
