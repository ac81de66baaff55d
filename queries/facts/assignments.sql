-- One row per assignment begun by as-of, days [valid_from, valid_to); an end after as-of is not known yet.
-- holder is who it is, for counting and ordering: the id, else the unit, else the name.
SELECT
    p.as_of_day,
    a.enterprise_id,
    a.role,
    a.holder_id,
    a.holder_name,
    a.holder_unit,
    COALESCE(a.holder_id, a.holder_unit, a.holder_name, '') AS holder,
    a.valid_from,
    CASE WHEN a.valid_to <= p.as_of_day THEN a.valid_to ELSE DATE '9999-12-30' END AS valid_to,
    CASE WHEN a.filed_on <= p.as_of_day THEN a.filed_on END AS filed_on
FROM warehouse.assignments_versions a
CROSS JOIN params p
WHERE a.known_from <= p.known_at
  AND (a.known_to IS NULL OR a.known_to > p.known_at)
  AND NOT a.withdrawn
  AND a.valid_from <= p.as_of_day
