-- Enterprise-days in scope, within the period and up to the as-of day: what a tally of changes is divided by (table `exposure`).
-- Grain: one subject of a dimension that an enterprise has, one month, or the `whole` district.
WITH exposed AS (
    SELECT
        n.enterprise_id,
        n.area,
        n.industry,
        n.tier,
        n.stage,
        GREATEST(n.in_scope_from, p.period_first, p.in_force_from) AS first_day,
        LEAST(n.in_scope_to, p.period_last, p.as_of_day) AS last_day
    FROM enterprises n
    CROSS JOIN params p
    WHERE n.listed
      AND GREATEST(n.in_scope_from, p.period_first, p.in_force_from) <= LEAST(n.in_scope_to, p.period_last, p.as_of_day)
),
month_days AS (
    SELECT c.month, MIN(c.day) AS first_day, MAX(c.day) AS last_day FROM calendar c GROUP BY c.month
)
SELECT 'whole' AS dimension, CAST(NULL AS VARCHAR) AS subject_id, SUM(CAST(e.last_day - e.first_day AS INT) + 1) AS days
FROM exposed e
UNION ALL
SELECT
    b.dimension,
    CASE b.dimension WHEN 'enterprise' THEN e.enterprise_id WHEN 'area' THEN e.area WHEN 'industry' THEN e.industry
                     WHEN 'tier' THEN e.tier WHEN 'stage' THEN e.stage END AS subject_id,
    SUM(CAST(e.last_day - e.first_day AS INT) + 1) AS days
FROM exposed e
INNER JOIN fold_by b ON b.dimension IN ('enterprise', 'area', 'industry', 'tier', 'stage')
GROUP BY 1, 2
UNION ALL
SELECT
    b.dimension,
    m.month AS subject_id,
    SUM(CAST(LEAST(e.last_day, m.last_day) - GREATEST(e.first_day, m.first_day) AS INT) + 1) AS days
FROM exposed e
INNER JOIN fold_by b ON b.dimension = 'month'
INNER JOIN month_days m ON m.first_day <= e.last_day AND e.first_day <= m.last_day
GROUP BY b.dimension, m.month
