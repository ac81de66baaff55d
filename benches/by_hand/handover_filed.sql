-- October 2026 as of its end: changes of steward filed within 5 working days. A change is an assignment that follows an
-- earlier one of another steward for the same enterprise.
WITH turns AS (
    SELECT *, lag(holder_id) OVER (PARTITION BY enterprise_id ORDER BY valid_from, holder_id) AS before
    FROM w.assignments WHERE role = 'steward' AND valid_from <= DATE '2026-10-31'
),
clocks AS (
    SELECT t.valid_from, CASE WHEN t.filed_on <= DATE '2026-10-31' THEN t.filed_on END AS filed, s.ordinal AS open_ordinal, d.day AS due
    FROM turns t
    JOIN cal s ON s.day = t.valid_from
    JOIN workday d ON d.ordinal = s.ordinal + 5
    WHERE t.before IS NOT NULL AND t.before <> t.holder_id AND t.valid_from >= DATE '2023-01-01'
),
judged AS (
    SELECT k.*, greatest(0, e.ordinal - open_ordinal) AS took,
        CASE WHEN filed IS NOT NULL THEN CASE WHEN filed <= due THEN 'met' ELSE 'breached' END
             WHEN due <= DATE '2026-10-31' THEN 'breached' ELSE 'pending' END AS outcome,
        greatest(valid_from, least(coalesce(filed, due), due)) AS decided
    FROM clocks k LEFT JOIN cal e ON e.day = k.filed
)
SELECT count(*) FILTER (WHERE outcome <> 'pending') AS n,
    count(*) FILTER (WHERE outcome = 'met') AS met,
    count(*) FILTER (WHERE outcome = 'breached') AS breached,
    count(*) FILTER (WHERE outcome = 'pending') AS pending, 0 AS extended,
    avg(took) FILTER (WHERE outcome <> 'pending' AND filed IS NOT NULL) AS mean,
    quantile_cont(took, 0.5) FILTER (WHERE outcome <> 'pending' AND filed IS NOT NULL) AS median,
    quantile_cont(took, 0.9) FILTER (WHERE outcome <> 'pending' AND filed IS NOT NULL) AS p90,
    max(took) FILTER (WHERE outcome <> 'pending' AND filed IS NOT NULL) AS max
FROM judged WHERE outcome = 'pending' OR decided BETWEEN DATE '2026-10-01' AND DATE '2026-10-31'
