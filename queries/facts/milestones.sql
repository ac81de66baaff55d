-- One row per milestone of an enterprise (of the same one under two ids, that of the id which stays); a step done
-- after as-of is not done yet.
SELECT
    p.as_of_day,
    COALESCE(g.is_id, m.enterprise_id) AS enterprise_id,
    m.milestone,
    m.stage,
    m.unit,
    m.planned_on,
    CASE WHEN m.done_on <= p.as_of_day THEN m.done_on END AS done_on
FROM warehouse.milestones_versions m
CROSS JOIN params p
LEFT JOIN merged_enterprises g ON g.id = m.enterprise_id
WHERE m.known_from <= p.known_at
  AND (m.known_to IS NULL OR m.known_to > p.known_at)
  AND NOT m.withdrawn
QUALIFY ROW_NUMBER() OVER (
    PARTITION BY p.as_of_day, COALESCE(g.is_id, m.enterprise_id), m.milestone
    ORDER BY CASE WHEN g.id IS NULL THEN 0 ELSE 1 END NULLS LAST, m.enterprise_id NULLS LAST
) = 1
