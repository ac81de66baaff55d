-- October 2026: complaints received.
SELECT count(*) AS n, NULL AS met, NULL AS breached, NULL AS pending, NULL AS extended,
    NULL AS mean, NULL AS median, NULL AS p90, NULL AS max
FROM w.complaints
WHERE received_at >= TIMESTAMP '2026-10-01' AND received_at < TIMESTAMP '2026-11-01'
