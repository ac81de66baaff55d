-- Entries for an enterprise of which the person held no role on the day served. Grain: one entry; those of a person for
-- an enterprise in a month are one lead. A role held by a unit is held by its people; deputies hold what they stand in for.
WITH held AS (
    SELECT DISTINCT d.entry_id
    FROM diary d
    LEFT JOIN people w ON w.person_id = d.person_id
    INNER JOIN holdings h
        ON h.enterprise_id = d.enterprise_id AND h.first_day <= d.served_on AND d.served_on < h.end_day
    WHERE h.holder_id = d.person_id OR (h.holder_id IS NULL AND h.unit = w.unit)
),
stranger AS (
    SELECT d.*, c.month
    FROM diary d
    INNER JOIN calendar c ON c.day = d.served_on
    LEFT JOIN held h ON h.entry_id = d.entry_id
    WHERE h.entry_id IS NULL AND d.enterprise_id IS NOT NULL AND d.person_id IS NOT NULL
)
SELECT
    'not_held' AS sign,
    'diary/' || FIRST_VALUE(s.entry_id) OVER (
        PARTITION BY s.person_id, s.enterprise_id, s.month ORDER BY s.served_on NULLS LAST, s.entry_id NULLS LAST
    ) AS lead,
    'diary/' || s.entry_id AS record,
    s.person_id,
    s.enterprise_id,
    COALESCE(s.written_at, CAST(s.served_on AS TIMESTAMP)) AS happened_at,
    s.served_on AS day,
    CAST(NULL AS DOUBLE) AS value
FROM stranger s
