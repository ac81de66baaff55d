-- October 2026: returned cases whose note says something.
WITH final AS (
    SELECT coalesce(trim(note), '') IN ('', '空', '无', '-', '/') AS empty
    FROM w.case_events
    WHERE event = 'returned' AND "at" >= TIMESTAMP '2026-10-01' AND "at" < TIMESTAMP '2026-11-01'
)
SELECT count(*) AS n, count(*) FILTER (WHERE NOT empty) AS met, count(*) FILTER (WHERE empty) AS breached,
    0 AS pending, NULL AS extended, NULL AS mean, NULL AS median, NULL AS p90, NULL AS max
FROM final
