-- The end of October 2026: enterprises in scope with exactly one steward, deputies in place of the absent.
WITH held AS (
    SELECT a.enterprise_id, count(DISTINCT coalesce(b.deputy_id, a.holder_id, a.holder_unit, a.holder_name, '')) AS holders
    FROM w.assignments a
    LEFT JOIN w.absences b ON b.person_id = a.holder_id AND b.deputy_id IS NOT NULL
        AND DATE '2026-10-31' BETWEEN b."from" AND b."to"
    WHERE a.role = 'steward' AND a.valid_from <= DATE '2026-10-31' AND (a.valid_to IS NULL OR a.valid_to > DATE '2026-10-31')
    GROUP BY a.enterprise_id
),
final AS (
    SELECT coalesce(h.holders, 0) AS holders
    FROM w.enterprises n LEFT JOIN held h USING (enterprise_id)
    WHERE coalesce(n.listed, TRUE) AND (n.in_scope_from IS NULL OR n.in_scope_from <= DATE '2026-10-31')
        AND (n.in_scope_to IS NULL OR n.in_scope_to >= DATE '2026-10-31')
)
SELECT count(*) AS n,
    count(*) FILTER (WHERE holders = 1) AS met,
    count(*) FILTER (WHERE holders <> 1) AS breached,
    NULL AS pending,
    NULL AS extended,
    avg(holders) AS mean,
    quantile_cont(holders, 0.5) AS median,
    quantile_cont(holders, 0.9) AS p90,
    max(holders) AS max
FROM final
