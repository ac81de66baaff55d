-- One row per assignment begun by as-of as it was given, merged ids and roles that stand for another already read as what
-- they are: assignments.sql keeps one of two that thereby became the same.
SELECT
    p.as_of_day,
    COALESCE(g.is_id, a.enterprise_id) AS enterprise_id,
    COALESCE(l.is_role, a.role) AS role,
    COALESCE(h.is_id, a.holder_id) AS holder_id,
    a.holder_name,
    a.holder_unit,
    COALESCE(h.is_id, a.holder_id, a.holder_unit, a.holder_name, '') AS holder,
    a.valid_from,
    CASE WHEN a.valid_to <= p.as_of_day THEN a.valid_to ELSE DATE '9999-12-30' END AS valid_to,
    CASE WHEN a.filed_on <= p.as_of_day THEN a.filed_on END AS filed_on,
    g.id IS NOT NULL OR h.id IS NOT NULL OR l.role IS NOT NULL AS merged
FROM warehouse.assignments_versions a
CROSS JOIN params p
LEFT JOIN merged_enterprises g ON g.id = a.enterprise_id
LEFT JOIN merged_people h ON h.id = a.holder_id
LEFT JOIN role_alias l ON l.role = a.role
WHERE a.known_from <= p.known_at
  AND (a.known_to IS NULL OR a.known_to > p.known_at)
  AND NOT a.withdrawn
  -- As an expression: the planner takes a comparison for a join, and believes that few pass.
  AND (CASE WHEN a.valid_from <= p.as_of_day THEN TRUE ELSE FALSE END)
