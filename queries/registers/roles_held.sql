-- Enterprises that came into scope, until all the roles named are held (table `registered`). Grain: one measure and listed
-- enterprise.
WITH rule AS (
    SELECT * FROM measure WHERE kind = 'deadline' AND source = 'roles_held'
),
-- The first day on which all roles are held is the one in scope, or one on which somebody begins.
entered AS (
    SELECT r.measure, n.enterprise_id, n.in_scope_from
    FROM rule r
    INNER JOIN enterprises n ON n.listed
    CROSS JOIN params p
    WHERE n.in_scope_from >= p.in_force_from AND n.in_scope_from <= p.as_of_day
),
beginning AS (
    SELECT e.measure, e.enterprise_id, e.in_scope_from AS day FROM entered e
    UNION
    SELECT e.measure, e.enterprise_id, h.first_day
    FROM entered e
    INNER JOIN measure_word w ON w.measure = e.measure AND w.list = 'held_role'
    INNER JOIN holdings h ON h.enterprise_id = e.enterprise_id AND h.role = w.word
    CROSS JOIN params p
    WHERE h.first_day > e.in_scope_from AND h.first_day <= p.as_of_day
),
held_day AS (
    SELECT b.measure, b.enterprise_id, b.day, COUNT(DISTINCT h.role) AS roles
    FROM beginning b
    INNER JOIN measure_word w ON w.measure = b.measure AND w.list = 'held_role'
    INNER JOIN holdings h
        ON h.enterprise_id = b.enterprise_id AND h.role = w.word AND h.first_day <= b.day AND b.day < h.end_day
    GROUP BY b.measure, b.enterprise_id, b.day
),
all_held AS (
    SELECT d.measure, d.enterprise_id, MIN(d.day) AS day
    FROM held_day d
    INNER JOIN (SELECT w.measure, COUNT(DISTINCT w.word) AS roles FROM measure_word w WHERE w.list = 'held_role' GROUP BY w.measure) a
        ON a.measure = d.measure AND a.roles = d.roles
    GROUP BY d.measure, d.enterprise_id
)
SELECT
    e.measure,
    'enterprises/' || e.enterprise_id AS record,
    e.enterprise_id,
    CAST(e.in_scope_from AS TIMESTAMP) AS opened_at,
    TRUE AS open_whole_day,
    CAST(a.day AS TIMESTAMP) AS ended_at,
    TRUE AS ended_whole_day
FROM entered e
LEFT JOIN all_held a ON a.measure = e.measure AND a.enterprise_id = e.enterprise_id
