-- One row per assignment begun by as-of, days [valid_from, valid_to); an end after as-of is not known yet.
-- A role that stands for another one in this place is that one. holder is who it is, for counting and ordering: the id, else the unit, else the name. Where merged ids make two
-- assignments of the same holder and day one, the longer stays.
WITH moved AS (
    -- Few have to do with merged ids; only these are put into order.
    SELECT k.as_of_day, k.enterprise_id, k.role, k.holder, k.valid_from
    FROM assignments_given k
    INNER JOIN merged_enterprises g ON g.is_id = k.enterprise_id
    UNION
    SELECT k.as_of_day, k.enterprise_id, k.role, k.holder, k.valid_from
    FROM assignments_given k
    INNER JOIN merged_people h ON h.is_id = k.holder_id
    UNION
    SELECT k.as_of_day, k.enterprise_id, k.role, k.holder, k.valid_from
    FROM assignments_given k
    INNER JOIN role_alias l ON l.is_role = k.role
    WHERE k.merged
)
SELECT k.as_of_day, k.enterprise_id, k.role, k.holder_id, k.holder_name, k.holder_unit, k.holder, k.valid_from, k.valid_to, k.filed_on
FROM assignments_given k
LEFT JOIN moved m
    ON m.as_of_day = k.as_of_day AND m.enterprise_id = k.enterprise_id AND m.role = k.role AND m.holder = k.holder AND m.valid_from = k.valid_from
WHERE m.enterprise_id IS NULL
UNION ALL
SELECT k.as_of_day, k.enterprise_id, k.role, k.holder_id, k.holder_name, k.holder_unit, k.holder, k.valid_from, k.valid_to, k.filed_on
FROM assignments_given k
INNER JOIN moved m
    ON m.as_of_day = k.as_of_day AND m.enterprise_id = k.enterprise_id AND m.role = k.role AND m.holder = k.holder AND m.valid_from = k.valid_from
QUALIFY ROW_NUMBER() OVER (
    PARTITION BY k.as_of_day, k.enterprise_id, k.role, k.holder, k.valid_from
    ORDER BY k.valid_to DESC NULLS LAST, k.merged NULLS LAST, k.filed_on NULLS LAST, k.holder_unit NULLS LAST, k.holder_name NULLS LAST
) = 1
