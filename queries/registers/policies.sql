-- Policies, until they are pushed (table `registered`). Grain: one measure, policy and enterprise in scope on its issue day that
-- it applies to.
WITH rule AS (
    SELECT * FROM measure WHERE kind = 'deadline' AND source = 'policies'
),
-- Whom a policy is for is said by category: asked of the few there are, not of every enterprise.
meant AS (
    SELECT y.policy_id, y.issued_on, k.scope_category
    FROM policies y
    CROSS JOIN (SELECT DISTINCT n.scope_category FROM enterprises n) k
    WHERE y.applies_to IS NULL OR POSITION('、' || REPLACE(k.scope_category, ' ', '') || '、' IN y.applies_to) > 0
),
-- The first push; one of a bare day yields to a time of the same day.
pushed AS (
    SELECT
        u.policy_id,
        u.enterprise_id,
        MIN(u.pushed_at) AS first_at,
        MIN(CASE WHEN NOT u.pushed_at_whole_day THEN u.pushed_at END) AS timed_at
    FROM policy_pushes u
    GROUP BY u.policy_id, u.enterprise_id
)
SELECT
    r.measure,
    'policies/' || m.policy_id || '/' || n.enterprise_id AS record,
    n.enterprise_id,
    CAST(m.issued_on AS TIMESTAMP) AS opened_at,
    TRUE AS open_whole_day,
    CASE WHEN CAST(u.timed_at AS DATE) = CAST(u.first_at AS DATE) THEN u.timed_at ELSE u.first_at END AS ended_at,
    CAST(u.timed_at AS DATE) IS DISTINCT FROM CAST(u.first_at AS DATE) AS ended_whole_day
FROM rule r
CROSS JOIN meant m
INNER JOIN enterprises n
    ON n.scope_category IS NOT DISTINCT FROM m.scope_category
   AND n.listed AND n.in_scope_from <= m.issued_on AND m.issued_on <= n.in_scope_to
LEFT JOIN pushed u ON u.policy_id = m.policy_id AND u.enterprise_id = n.enterprise_id
