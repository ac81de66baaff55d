-- One row per milestone; a step done after as-of is not done yet.
SELECT
    p.as_of_day,
    m.enterprise_id,
    m.milestone,
    m.stage,
    m.unit,
    m.planned_on,
    CASE WHEN m.done_on <= p.as_of_day THEN m.done_on END AS done_on
FROM warehouse.milestones_versions m
CROSS JOIN params p
WHERE m.known_from <= p.known_at
  AND (m.known_to IS NULL OR m.known_to > p.known_at)
  AND NOT m.withdrawn
