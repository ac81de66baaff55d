-- One row per milestone of an enterprise (of the same one under two ids, that of the id which stays); a step done
-- after as-of is not done yet.
WITH known AS (
    SELECT p.as_of_day, m.enterprise_id, m.milestone, m.stage, m.unit, m.planned_on,
           CASE WHEN m.done_on <= p.as_of_day THEN m.done_on END AS done_on
    FROM warehouse.milestones_versions m
    CROSS JOIN params p
    WHERE m.known_from <= p.known_at
      AND (m.known_to IS NULL OR m.known_to > p.known_at)
      AND NOT m.withdrawn
),
-- Of an id that is merged: few, and only these are put into order.
moved AS (
    SELECT k.as_of_day, g.is_id AS enterprise_id, k.milestone, k.stage, k.unit, k.planned_on, k.done_on
    FROM known k
    INNER JOIN merged_enterprises g ON g.id = k.enterprise_id
    QUALIFY ROW_NUMBER() OVER (
        PARTITION BY k.as_of_day, g.is_id, k.milestone ORDER BY k.enterprise_id NULLS LAST
    ) = 1
)
SELECT k.as_of_day, k.enterprise_id, k.milestone, k.stage, k.unit, k.planned_on, k.done_on
FROM known k
LEFT JOIN merged_enterprises g ON g.id = k.enterprise_id
WHERE g.id IS NULL
UNION ALL
SELECT m.as_of_day, m.enterprise_id, m.milestone, m.stage, m.unit, m.planned_on, m.done_on
FROM moved m
LEFT JOIN known k ON k.as_of_day = m.as_of_day AND k.enterprise_id = m.enterprise_id AND k.milestone = m.milestone
WHERE k.enterprise_id IS NULL
