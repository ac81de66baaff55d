-- One row per official known (one who is merged into another stands in that one's row); active_from and active_to are inclusive days.
SELECT
    p.as_of_day,
    h.person_id,
    h.name,
    h.unit,
    h.rank,
    h.phone,
    COALESCE(h.active_from, DATE '1900-01-01') AS active_from,
    CASE WHEN h.active_to <= p.as_of_day THEN h.active_to ELSE DATE '9999-12-30' END AS active_to
FROM warehouse.people_versions h
CROSS JOIN params p
LEFT JOIN merged_people g ON g.id = h.person_id
WHERE h.known_from <= p.known_at
  AND (h.known_to IS NULL OR h.known_to > p.known_at)
  AND NOT h.withdrawn
  AND g.id IS NULL
