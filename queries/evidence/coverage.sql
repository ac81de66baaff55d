-- Who is looked after. Grain: one enterprise in scope on the as-of day; met when the regime's rule on holders holds.
-- class: none / several where the rule is an exact number of one role; value: its number of holders.
WITH rule AS (
    SELECT * FROM measure WHERE kind = 'coverage'
),
asked AS (
    SELECT r.measure, n.as_of_day, n.enterprise_id, n.stage, n.tier, n.contact_name, n.agreement_signed_on
    FROM rule r
    INNER JOIN enterprises n ON n.listed AND n.in_scope_from <= n.as_of_day AND n.as_of_day <= n.in_scope_to
    LEFT JOIN measure_word w4 ON w4.measure = r.measure AND w4.list = 'stage' AND w4.word = n.stage
    LEFT JOIN measure_word w5 ON w5.measure = r.measure AND w5.list = 'tier' AND w5.word = n.tier
    LEFT JOIN measure_word w6 ON w6.measure = r.measure AND w6.list = 'enterprise_kind' AND w6.word = n.kind
    WHERE (w4.word IS NOT NULL OR NOT r.where_stage) AND (w5.word IS NOT NULL OR NOT r.where_tier)
      AND (w6.word IS NOT NULL OR NOT r.where_enterprise_kind)
),
held AS (
    SELECT h.as_of_day, h.enterprise_id, h.role, COUNT(DISTINCT h.holder) AS holders
    FROM holdings h
    WHERE h.first_day <= h.as_of_day AND h.as_of_day < h.end_day
    GROUP BY h.as_of_day, h.enterprise_id, h.role
),
planned AS (
    SELECT as_of_day, enterprise_id, COUNT(*) AS steps
    FROM milestones
    WHERE stage IS NULL OR stage NOT IN ('decision', 'rectification')
    GROUP BY as_of_day, enterprise_id
),
test AS (
    SELECT t.*, COUNT(*) OVER (PARTITION BY t.measure) AS tests FROM measure_holder t
),
tested AS (
    SELECT
        a.measure,
        a.as_of_day,
        a.enterprise_id,
        a.stage,
        a.tier,
        t.tests,
        t.group_no,
        t.role,
        CASE
            WHEN t.role IS NOT NULL THEN COALESCE(d.holders, 0)
            WHEN t.field = 'milestones' THEN COALESCE(l.steps, 0)
            WHEN t.field = 'contact_name' THEN CASE WHEN COALESCE(a.contact_name, '') <> '' THEN 1 ELSE 0 END
            WHEN t.field = 'agreement_signed_on' THEN CASE WHEN a.agreement_signed_on IS NOT NULL THEN 1 ELSE 0 END
        END AS found,
        t.at_least,
        t.at_most
    FROM asked a
    INNER JOIN test t ON t.measure = a.measure
    LEFT JOIN held d ON d.as_of_day = a.as_of_day AND d.enterprise_id = a.enterprise_id AND d.role = t.role
    LEFT JOIN planned l ON l.as_of_day = a.as_of_day AND l.enterprise_id = a.enterprise_id
),
-- Of a group one test must pass, of a measure all groups.
grouped AS (
    SELECT
        measure,
        as_of_day,
        enterprise_id,
        group_no,
        MAX(stage) AS stage,
        MAX(tier) AS tier,
        BOOL_OR(found >= at_least AND (at_most IS NULL OR found <= at_most)) AS passed,
        MAX(CASE WHEN role IS NOT NULL THEN found END) AS holders,
        MAX(at_most) AS at_most
    FROM tested
    WHERE tests > 1
    GROUP BY measure, as_of_day, enterprise_id, group_no
),
summed AS (
    SELECT
        measure,
        as_of_day,
        enterprise_id,
        MAX(stage) AS stage,
        MAX(tier) AS tier,
        COUNT(*) FILTER (WHERE NOT passed) AS failed,
        MAX(holders) AS holders,
        MAX(at_most) AS at_most
    FROM grouped
    GROUP BY measure, as_of_day, enterprise_id
    UNION ALL
    -- A single test is its measure; nothing is to be grouped.
    SELECT
        measure,
        as_of_day,
        enterprise_id,
        stage,
        tier,
        CASE WHEN found < at_least OR found > at_most THEN 1 ELSE 0 END AS failed,
        CASE WHEN role IS NOT NULL THEN found END AS holders,
        at_most
    FROM tested
    WHERE tests = 1
),
final AS (
    SELECT
        s.measure,
        'enterprises/' || s.enterprise_id AS record,
        CAST(NULL AS VARCHAR) AS person_id,
        CASE WHEN r.answers = 'unit' THEN r.answers_unit END AS unit,
        CASE WHEN r.answers = 'role' THEN r.answers_role END AS answers_role,
        s.enterprise_id,
        CAST(NULL AS VARCHAR) AS category,
        CASE WHEN NOT r.one_role OR s.at_most IS NULL THEN CAST(NULL AS VARCHAR) WHEN s.holders = 0 THEN 'none'
             WHEN s.holders > 1 AND s.failed > 0 THEN 'several' END AS class,
        CAST(NULL AS VARCHAR) AS channel,
        s.stage,
        s.tier,
        CAST(NULL AS TIMESTAMP) AS opened_at,
        CAST(NULL AS DATE) AS due_day,
        CAST(NULL AS TIMESTAMP) AS due_at,
        CAST(NULL AS TIMESTAMP) AS done_at,
        s.as_of_day AS decided_on,
        CASE WHEN s.failed = 0 THEN 'met' ELSE 'breached' END AS outcome,
        CASE WHEN r.one_role THEN CAST(s.holders AS DOUBLE) END AS value,
        CAST(NULL AS DOUBLE) AS weight,
        FALSE AS shared,
        FALSE AS extended,
        CAST(0 AS DOUBLE) AS paused
    FROM summed s
    INNER JOIN rule r ON r.measure = s.measure
)
SELECT * FROM final
