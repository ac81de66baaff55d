-- The end of October 2026: enterprises in scope per steward, between 5 and 15.
WITH final AS (
    SELECT coalesce(b.deputy_id, a.holder_id) AS person_id, count(DISTINCT a.enterprise_id) AS held
    FROM w.assignments a
    JOIN w.enterprises n ON n.enterprise_id = a.enterprise_id AND coalesce(n.listed, TRUE)
        AND (n.in_scope_from IS NULL OR n.in_scope_from <= DATE '2026-10-31')
        AND (n.in_scope_to IS NULL OR n.in_scope_to >= DATE '2026-10-31')
    LEFT JOIN w.absences b ON b.person_id = a.holder_id AND b.deputy_id IS NOT NULL
        AND DATE '2026-10-31' BETWEEN b."from" AND b."to"
    WHERE a.role = 'steward' AND a.holder_id IS NOT NULL AND a.valid_from <= DATE '2026-10-31'
        AND (a.valid_to IS NULL OR a.valid_to > DATE '2026-10-31')
    GROUP BY 1
)
SELECT count(*) AS n,
    count(*) FILTER (WHERE held BETWEEN 5 AND 15) AS met,
    count(*) FILTER (WHERE held NOT BETWEEN 5 AND 15) AS breached,
    NULL AS pending,
    NULL AS extended,
    avg(held) AS mean,
    quantile_cont(held, 0.5) AS median,
    quantile_cont(held, 0.9) AS p90,
    max(held) AS max
FROM final
