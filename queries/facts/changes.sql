-- One row per change of holder by as-of: an assignment whose holder is none of those whom the same role of the
-- enterprise had at its previous valid_from. Two who are named on one day are no change of each other.
WITH named AS (
    SELECT DISTINCT a.enterprise_id, a.role, a.valid_from FROM assignments a
),
turn AS (
    SELECT
        n.enterprise_id,
        n.role,
        n.valid_from,
        LAG(n.valid_from) OVER (PARTITION BY n.enterprise_id, n.role ORDER BY n.valid_from NULLS LAST) AS previous_from
    FROM named n
)
SELECT a.enterprise_id, a.role, a.holder, a.valid_from, a.filed_on
FROM assignments a
INNER JOIN turn t
    ON t.enterprise_id = a.enterprise_id AND t.role = a.role AND t.valid_from = a.valid_from
   AND t.previous_from IS NOT NULL
LEFT JOIN assignments e
    ON e.enterprise_id = a.enterprise_id AND e.role = a.role AND e.valid_from = t.previous_from AND e.holder = a.holder
WHERE e.enterprise_id IS NULL
