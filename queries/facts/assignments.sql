-- One row per assignment begun by as-of, days [valid_from, valid_to); an end after as-of is not known yet.
-- A role that stands for another one in this place is that one. holder is who it is, for counting and ordering: the id, else the unit, else the name. Where merged ids make two
-- assignments of the same holder and day one, the longer stays.
WITH known AS (
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
      AND a.valid_from <= p.as_of_day
)
SELECT
    k.as_of_day,
    k.enterprise_id,
    k.role,
    k.holder_id,
    k.holder_name,
    k.holder_unit,
    k.holder,
    k.valid_from,
    k.valid_to,
    k.filed_on
FROM known k
QUALIFY ROW_NUMBER() OVER (
    PARTITION BY k.as_of_day, k.enterprise_id, k.role, k.holder, k.valid_from
    ORDER BY k.valid_to DESC NULLS LAST, k.merged NULLS LAST, k.filed_on NULLS LAST, k.holder_unit NULLS LAST, k.holder_name NULLS LAST
) = 1
