-- October 2026 as of its end: policies pushed within 10 working days to every enterprise in scope on the day of issue that
-- they apply to.
WITH owed AS (
    SELECT y.policy_id, n.enterprise_id, y.issued_on, s.ordinal AS open_ordinal, d.day AS due
    FROM w.policies y
    JOIN w.enterprises n
        ON coalesce(n.listed, true) AND coalesce(n.in_scope_from, DATE '1900-01-01') <= y.issued_on
        AND y.issued_on <= coalesce(n.in_scope_to, DATE '9999-01-01')
        AND (y.applies_to IS NULL OR list_contains(string_split(y.applies_to, '、'), n.scope_category))
    JOIN cal s ON s.day = y.issued_on
    JOIN workday d ON d.ordinal = s.ordinal + 10
    WHERE y.issued_on BETWEEN DATE '2023-01-01' AND DATE '2026-10-31'
),
pushed AS (
    SELECT policy_id, enterprise_id, min(pushed_at) AS pushed_at FROM w.policy_pushes
    WHERE pushed_at <= TIMESTAMP '2026-11-01' GROUP BY ALL
),
judged AS (
    SELECT o.*, p.pushed_at, CASE WHEN p.pushed_at IS NOT NULL THEN greatest(0, e.ordinal - open_ordinal) END AS took,
        CASE WHEN p.pushed_at IS NOT NULL THEN CASE WHEN p.pushed_at <= due + 1 THEN 'met' ELSE 'breached' END
             WHEN due <= DATE '2026-10-31' THEN 'breached' ELSE 'pending' END AS outcome,
        greatest(issued_on, least(coalesce(CAST(p.pushed_at AS DATE), due), due)) AS decided
    FROM owed o
    LEFT JOIN pushed p USING (policy_id, enterprise_id)
    LEFT JOIN cal e ON e.day = CAST(p.pushed_at AS DATE)
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
