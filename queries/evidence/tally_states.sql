-- Enterprises counted as they stand on the as-of day. Grain: one enterprise that should be listed and is not (of at
-- least so much investment), or that somebody still holds so many months after it reached production.
--
-- Months end on the same day of the month; 29 February on the 28th where there is none.
WITH rule AS (
    SELECT * FROM measure WHERE kind = 'tally' AND source IN ('unlisted', 'cycle_over')
),
held AS (
    SELECT DISTINCT h.as_of_day, h.enterprise_id
    FROM holdings h
    WHERE h.first_day <= h.as_of_day AND h.as_of_day < h.end_day
),
final AS (
    SELECT
        r.measure,
        'enterprises/' || n.enterprise_id AS record,
        CAST(NULL AS VARCHAR) AS person_id,
        CASE WHEN r.answers = 'unit' THEN r.answers_unit END AS unit,
        CASE WHEN r.answers = 'role' THEN r.answers_role END AS answers_role,
        n.enterprise_id,
        CAST(NULL AS VARCHAR) AS category,
        CAST(NULL AS VARCHAR) AS class,
        CAST(NULL AS VARCHAR) AS channel,
        n.stage,
        n.tier,
        CAST(NULL AS TIMESTAMP) AS opened_at,
        CASE WHEN r.source = 'cycle_over' THEN CAST(n.reached_production_on + r.limit_n * INTERVAL '1' MONTH AS DATE) END AS due_day,
        CAST(NULL AS TIMESTAMP) AS due_at,
        CAST(NULL AS TIMESTAMP) AS done_at,
        n.as_of_day AS decided_on,
        CAST(NULL AS VARCHAR) AS outcome,
        CAST(NULL AS DOUBLE) AS value,
        CAST(NULL AS DOUBLE) AS weight,
        FALSE AS shared,
        FALSE AS extended,
        CAST(0 AS DOUBLE) AS paused
    FROM rule r
    CROSS JOIN enterprises n
    LEFT JOIN held h ON h.as_of_day = n.as_of_day AND h.enterprise_id = n.enterprise_id
    LEFT JOIN measure_word w4 ON w4.measure = r.measure AND w4.list = 'stage' AND w4.word = n.stage
    LEFT JOIN measure_word w5 ON w5.measure = r.measure AND w5.list = 'tier' AND w5.word = n.tier
    LEFT JOIN measure_word w6 ON w6.measure = r.measure AND w6.list = 'enterprise_kind' AND w6.word = n.kind
    WHERE (CASE WHEN r.source = 'unlisted' THEN NOT n.listed AND n.investment_wan >= r.from_wan
                ELSE h.enterprise_id IS NOT NULL
                    AND n.as_of_day > CAST(n.reached_production_on + r.limit_n * INTERVAL '1' MONTH AS DATE) END)
      AND (w4.word IS NOT NULL OR NOT r.where_stage)
      AND (w5.word IS NOT NULL OR NOT r.where_tier)
      AND (w6.word IS NOT NULL OR NOT r.where_enterprise_kind)
)
SELECT * FROM final
