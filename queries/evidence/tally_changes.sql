-- Changes of holder, counted. Grain: one change, on its valid_from. Nobody answers; figures.sql divides the number by
-- the enterprise-years in scope.
WITH rule AS (
    SELECT * FROM measure WHERE kind = 'tally' AND source = 'changes'
),
final AS (
    SELECT
        r.measure,
        'assignments/' || c.enterprise_id || '/' || c.role || '/' || c.holder || '/' || CAST(c.valid_from AS VARCHAR) AS record,
        CAST(NULL AS VARCHAR) AS person_id,
        CASE WHEN r.answers = 'unit' THEN r.answers_unit END AS unit,
        CAST(NULL AS VARCHAR) AS answers_role,
        c.enterprise_id,
        CAST(NULL AS VARCHAR) AS category,
        CAST(NULL AS VARCHAR) AS class,
        CAST(NULL AS VARCHAR) AS channel,
        n.stage,
        n.tier,
        CAST(NULL AS TIMESTAMP) AS opened_at,
        CAST(NULL AS DATE) AS due_day,
        CAST(NULL AS TIMESTAMP) AS due_at,
        CAST(c.valid_from AS TIMESTAMP) AS done_at,
        c.valid_from AS decided_on,
        CAST(NULL AS VARCHAR) AS outcome,
        CAST(NULL AS DOUBLE) AS value,
        CAST(NULL AS DOUBLE) AS weight,
        FALSE AS shared,
        FALSE AS extended,
        CAST(0 AS DOUBLE) AS paused
    FROM rule r
    INNER JOIN changes c ON c.role = r.role
    CROSS JOIN params p
    LEFT JOIN enterprises n ON n.enterprise_id = c.enterprise_id
    WHERE c.valid_from >= p.in_force_from
)
SELECT * FROM final
