-- October 2026 as of its end: changes of steward, met without a day between. What follows the last assignment of an enterprise
-- is nobody, up to now.
WITH held AS (
    SELECT enterprise_id, holder_id, valid_from, CASE WHEN valid_to <= DATE '2026-10-31' THEN valid_to END AS valid_to
    FROM w.assignments WHERE role = 'steward' AND valid_from <= DATE '2026-10-31'
),
turns AS (
    SELECT enterprise_id, holder_id, valid_from,
        max(coalesce(valid_to, DATE '9999-01-01')) OVER (
            PARTITION BY enterprise_id ORDER BY valid_from, holder_id ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS left_on,
        max(coalesce(valid_to, DATE '9999-01-01')) OVER (
            PARTITION BY enterprise_id, holder_id ORDER BY valid_from ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS own_until
    FROM held
    UNION ALL
    SELECT enterprise_id, NULL, NULL, max(coalesce(valid_to, DATE '9999-01-01')), NULL FROM held GROUP BY enterprise_id
),
gaps AS (
    SELECT t.*, greatest(t.left_on, coalesce(n.in_scope_from, DATE '1900-01-01')) AS first_day,
        CASE WHEN coalesce(n.listed, true) THEN greatest(0,
            least(coalesce(t.valid_from, DATE '2026-11-01'), coalesce(n.in_scope_to + 1, DATE '9999-01-01'))
            - greatest(t.left_on, coalesce(n.in_scope_from, DATE '1900-01-01'))) ELSE 0 END AS days
    FROM turns t JOIN w.enterprises n USING (enterprise_id)
    WHERE t.left_on <= DATE '2026-10-31' AND NOT coalesce(t.own_until >= t.valid_from, false)
),
judged AS (
    SELECT days, CASE WHEN days > 0 THEN first_day ELSE left_on END AS decided FROM gaps WHERE days > 0 OR valid_from <= left_on
)
SELECT count(*) AS n, count(*) FILTER (WHERE days = 0) AS met, count(*) FILTER (WHERE days > 0) AS breached, 0 AS pending,
    0 AS extended, avg(days) AS mean, quantile_cont(days, 0.5) AS median, quantile_cont(days, 0.9) AS p90, max(days) AS max
FROM judged WHERE decided BETWEEN DATE '2026-10-01' AND DATE '2026-10-31'
