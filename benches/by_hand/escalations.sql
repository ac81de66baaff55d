-- October 2026: the first time that a case reached each level.
WITH first AS (
    SELECT case_id, event, min("at") AS "at" FROM w.case_events
    WHERE event IN ('meeting', 'to_operator', 'to_industry', 'to_group', 'to_committee') AND "at" <= TIMESTAMP '2026-11-01'
    GROUP BY ALL
)
SELECT count(*) AS n, NULL AS met, NULL AS breached, NULL AS pending, NULL AS extended,
    NULL AS mean, NULL AS median, NULL AS p90, NULL AS max
FROM first SEMI JOIN w.cases USING (case_id)
WHERE "at" >= TIMESTAMP '2026-10-01' AND "at" < TIMESTAMP '2026-11-01'
