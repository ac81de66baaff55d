-- Entries written more than 14 days after the day served. Grain: one entry; all that a person wrote on one day are one
-- lead, and value is by how many days the entry is late.
WITH late AS (
    SELECT
        d.entry_id,
        d.person_id,
        d.enterprise_id,
        d.served_on,
        d.written_at,
        d.written_on,
        CAST(d.written_on - d.served_on AS INT) AS days
    FROM diary d
    WHERE d.written_at IS NOT NULL
)
SELECT
    'written_late' AS sign,
    'diary/' || FIRST_VALUE(l.entry_id) OVER (
        PARTITION BY l.person_id, l.written_on ORDER BY l.served_on NULLS LAST, l.entry_id NULLS LAST
    ) AS lead,
    'diary/' || l.entry_id AS record,
    l.person_id,
    CAST(NULL AS VARCHAR) AS enterprise_id,
    l.written_at AS happened_at,
    l.written_on AS day,
    CAST(l.days AS DOUBLE) AS value
FROM late l
WHERE l.days > 14
