-- October 2026: stays of cases at a level that ended, in whole days; the same level once more is the same stay.
WITH acts AS (
    SELECT case_id, event, "at", seq, event IN ('resolved', 'returned', 'withdrawn') AS ends FROM w.case_events
    WHERE event IN ('meeting', 'to_operator', 'to_industry', 'to_group', 'to_committee', 'resolved', 'returned', 'withdrawn')
        AND "at" <= TIMESTAMP '2026-11-01'
),
touched AS (
    SELECT case_id FROM acts GROUP BY case_id HAVING max("at") >= TIMESTAMP '2026-10-01' AND bool_or(NOT ends)
),
turns AS (
    SELECT *, lag(event) OVER (PARTITION BY case_id ORDER BY "at", seq) AS before FROM acts SEMI JOIN touched USING (case_id)
),
stays AS (
    SELECT ends, CAST("at" AS DATE) AS came, CAST(lead("at") OVER (PARTITION BY case_id ORDER BY "at", seq) AS DATE) AS went
    FROM turns WHERE event IS DISTINCT FROM before
)
SELECT count(*) AS n, NULL AS met, NULL AS breached, 0 AS pending, 0 AS extended, avg(went - came) AS mean,
    quantile_cont(went - came, 0.5) AS median, quantile_cont(went - came, 0.9) AS p90, max(went - came) AS max
FROM stays WHERE NOT ends AND went BETWEEN DATE '2026-10-01' AND DATE '2026-10-31'
