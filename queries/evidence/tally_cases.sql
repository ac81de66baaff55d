-- Cases, counted. Grain: one case, when it was submitted or first came to the event named.
WITH rule AS (
    SELECT * FROM measure WHERE kind = 'tally' AND source = 'cases'
),
came AS (
    SELECT r.measure, e.case_id, e.day, e.at
    FROM rule r
    INNER JOIN case_events e ON e.event = COALESCE(r.event, 'submitted')
    QUALIFY ROW_NUMBER() OVER (
        PARTITION BY r.measure, e.case_id
        ORDER BY e.day NULLS LAST, CASE WHEN e.whole_day THEN 1 ELSE 0 END NULLS LAST, e.at NULLS LAST, e.seq NULLS LAST
    ) = 1
),
final AS (
    SELECT
        r.measure,
        'cases/' || c.case_id AS record,
        CAST(NULL AS VARCHAR) AS person_id,
        CASE WHEN r.answers = 'unit' THEN r.answers_unit END AS unit,
        CASE WHEN r.answers = 'role' THEN r.answers_role END AS answers_role,
        c.enterprise_id,
        c.category,
        CASE r.class_by WHEN 'category' THEN c.category END AS class,
        c.channel,
        n.stage,
        n.tier,
        CAST(NULL AS TIMESTAMP) AS opened_at,
        CAST(NULL AS DATE) AS due_day,
        CAST(NULL AS TIMESTAMP) AS due_at,
        t.at AS done_at,
        t.day AS decided_on,
        CAST(NULL AS VARCHAR) AS outcome,
        CAST(NULL AS DOUBLE) AS value,
        CAST(NULL AS DOUBLE) AS weight,
        FALSE AS shared,
        FALSE AS extended,
        CAST(0 AS DOUBLE) AS paused
    FROM came t
    INNER JOIN rule r ON r.measure = t.measure
    INNER JOIN cases c ON c.case_id = t.case_id
    CROSS JOIN params p
    LEFT JOIN enterprises n ON n.enterprise_id = c.enterprise_id
    LEFT JOIN measure_word w1 ON w1.measure = t.measure AND w1.list = 'case_class' AND w1.word = c.case_class
    LEFT JOIN measure_word w2 ON w2.measure = t.measure AND w2.list = 'category' AND w2.word = c.category
    LEFT JOIN measure_word w3 ON w3.measure = t.measure AND w3.list = 'channel' AND w3.word = c.channel
    LEFT JOIN measure_word w4 ON w4.measure = t.measure AND w4.list = 'stage' AND w4.word = n.stage
    LEFT JOIN measure_word w5 ON w5.measure = t.measure AND w5.list = 'tier' AND w5.word = n.tier
    WHERE t.day >= p.in_force_from AND t.day >= p.period_first AND t.day <= p.period_last
      AND (w1.word IS NOT NULL OR NOT r.where_case_class)
      AND (w2.word IS NOT NULL OR NOT r.where_category)
      AND (w3.word IS NOT NULL OR NOT r.where_channel)
      AND (w4.word IS NOT NULL OR NOT r.where_stage)
      AND (w5.word IS NOT NULL OR NOT r.where_tier)
)
SELECT * FROM final
