-- One row per push of a policy to an enterprise by as-of; merged ids stand as what they are now.
SELECT
    u.policy_id,
    COALESCE(g.is_id, u.enterprise_id) AS enterprise_id,
    COALESCE(h.is_id, u.person_id) AS person_id,
    u.pushed_at,
    u.pushed_at_whole_day,
    CAST(u.pushed_at AS DATE) AS day
FROM warehouse.policy_pushes_versions u
CROSS JOIN params p
LEFT JOIN merged_people h ON h.id = u.person_id
LEFT JOIN merged_enterprises g ON g.id = u.enterprise_id
WHERE u.known_from <= p.known_at
  AND (u.known_to IS NULL OR u.known_to > p.known_at)
  AND NOT u.withdrawn
  AND (CASE WHEN u.pushed_at_whole_day THEN CAST(u.pushed_at AS DATE) <= p.as_of_day ELSE u.pushed_at <= p.as_of END)
