-- How many enterprises one person serves. Grain: one person who on the as-of day holds at least one in scope.
WITH rule AS (
    SELECT * FROM measure WHERE kind = 'load'
),
held AS (
    SELECT r.measure, h.as_of_day, h.holder_id AS person_id, COUNT(DISTINCT h.enterprise_id) AS enterprises
    FROM rule r
    INNER JOIN holdings h
        ON h.role = r.role AND h.holder_id IS NOT NULL AND h.first_day <= h.as_of_day AND h.as_of_day < h.end_day
    INNER JOIN enterprises n
        ON n.as_of_day = h.as_of_day AND n.enterprise_id = h.enterprise_id
       AND n.listed AND n.in_scope_from <= n.as_of_day AND n.as_of_day <= n.in_scope_to
    GROUP BY r.measure, h.as_of_day, h.holder_id
),
final AS (
    SELECT
        l.measure,
        'people/' || l.person_id AS record,
        l.person_id,
        CAST(NULL AS VARCHAR) AS unit,
        CAST(NULL AS VARCHAR) AS answers_role,
        CAST(NULL AS VARCHAR) AS enterprise_id,
        CAST(NULL AS VARCHAR) AS category,
        CASE WHEN l.enterprises < r.load_min THEN 'under' WHEN l.enterprises > r.load_max THEN 'over' END AS class,
        CAST(NULL AS VARCHAR) AS channel,
        CAST(NULL AS VARCHAR) AS stage,
        CAST(NULL AS VARCHAR) AS tier,
        CAST(NULL AS TIMESTAMP) AS opened_at,
        CAST(NULL AS DATE) AS due_day,
        CAST(NULL AS TIMESTAMP) AS due_at,
        CAST(NULL AS TIMESTAMP) AS done_at,
        l.as_of_day AS decided_on,
        CASE WHEN l.enterprises BETWEEN r.load_min AND r.load_max THEN 'met' ELSE 'breached' END AS outcome,
        CAST(l.enterprises AS DOUBLE) AS value,
        CAST(NULL AS DOUBLE) AS weight,
        FALSE AS shared,
        FALSE AS extended,
        CAST(0 AS DOUBLE) AS paused
    FROM held l
    INNER JOIN rule r ON r.measure = l.measure
)
SELECT * FROM final
