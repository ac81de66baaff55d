-- One row per absence begun by as-of: days first_day to last_day, inclusive; without a deputy the holder stays.
SELECT
    p.as_of_day,
    b.person_id,
    b."from" AS first_day,
    b."to" AS last_day,
    b.deputy_id
FROM warehouse.absences_versions b
CROSS JOIN params p
WHERE b.known_from <= p.known_at
  AND (b.known_to IS NULL OR b.known_to > p.known_at)
  AND NOT b.withdrawn
  AND b."from" <= p.as_of_day
