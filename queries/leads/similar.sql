-- Entries whose texts are nearly the same. Grain: one entry of a group of two and more; the lead is its first entry.
-- Which belong together stands in similar_text: comparing texts is no matter for SQL.
WITH placed AS (
    SELECT
        s.group_no,
        s.likeness,
        d.*,
        COALESCE(d.written_at, CAST(d.served_on AS TIMESTAMP)) AS happened_at,
        MIN(d.person_id) OVER (PARTITION BY s.group_no) AS first_person,
        MAX(d.person_id) OVER (PARTITION BY s.group_no) AS last_person,
        FIRST_VALUE(d.entry_id) OVER (
            PARTITION BY s.group_no ORDER BY COALESCE(d.written_at, CAST(d.served_on AS TIMESTAMP)) NULLS LAST, d.entry_id NULLS LAST
        ) AS first_entry
    FROM similar_text s
    INNER JOIN diary d ON d.entry_id = s.entry_id
)
SELECT
    'near_duplicate' AS sign,
    'diary/' || p.first_entry AS lead,
    'diary/' || p.entry_id AS record,
    CASE WHEN p.first_person = p.last_person THEN p.person_id END AS person_id,
    CAST(NULL AS VARCHAR) AS enterprise_id,
    p.happened_at,
    p.written_on AS day,
    p.likeness AS value
FROM placed p
