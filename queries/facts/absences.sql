-- One row per absence begun by as-of: days first_day to last_day, inclusive; without a deputy the holder stays.
-- Whose deputy turns out to be himself has none.
SELECT
    p.as_of_day,
    COALESCE(h.is_id, b.person_id) AS person_id,
    b."from" AS first_day,
    b."to" AS last_day,
    NULLIF(COALESCE(y.is_id, b.deputy_id), COALESCE(h.is_id, b.person_id)) AS deputy_id
FROM warehouse.absences_versions b
CROSS JOIN params p
LEFT JOIN merged_people h ON h.id = b.person_id
LEFT JOIN merged_people y ON y.id = b.deputy_id
WHERE b.known_from <= p.known_at
  AND (b.known_to IS NULL OR b.known_to > p.known_at)
  AND NOT b.withdrawn
  AND b."from" <= p.as_of_day
