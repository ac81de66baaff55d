-- October 2026 as of its end: complaints verified within 15 working days.
WITH clocks AS (
    SELECT CAST(c.received_at AS DATE) AS open_day, c.verified_at, d.day AS due, s.ordinal AS open_ordinal
    FROM w.complaints c
    JOIN cal s ON s.day = CAST(c.received_at AS DATE)
    JOIN workday d ON d.ordinal = s.ordinal + 15
    WHERE c.received_at BETWEEN TIMESTAMP '2023-01-01' AND TIMESTAMP '2026-11-01'
),
judged AS (
    SELECT k.*, e.ordinal - open_ordinal AS took,
        CASE WHEN e.day IS NOT NULL THEN CASE WHEN verified_at <= due + 1 THEN 'met' ELSE 'breached' END
             WHEN due + 1 <= TIMESTAMP '2026-11-01' THEN 'breached' ELSE 'pending' END AS outcome,
        greatest(open_day, least(coalesce(e.day, due), due)) AS decided
    FROM clocks k LEFT JOIN cal e ON e.day = CAST(k.verified_at AS DATE) AND k.verified_at <= TIMESTAMP '2026-11-01'
)
SELECT count(*) FILTER (WHERE outcome <> 'pending') AS n,
    count(*) FILTER (WHERE outcome = 'met') AS met,
    count(*) FILTER (WHERE outcome = 'breached') AS breached,
    count(*) FILTER (WHERE outcome = 'pending') AS pending, 0 AS extended,
    avg(took) FILTER (WHERE outcome <> 'pending') AS mean,
    quantile_cont(took, 0.5) FILTER (WHERE outcome <> 'pending') AS median,
    quantile_cont(took, 0.9) FILTER (WHERE outcome <> 'pending') AS p90,
    max(took) FILTER (WHERE outcome <> 'pending') AS max
FROM judged WHERE outcome = 'pending' OR decided BETWEEN DATE '2026-10-01' AND DATE '2026-10-31'
