-- Counts. Grain: one complaint, in the period in which it was received.
WITH rule AS (
    SELECT * FROM measure WHERE kind = 'tally' AND source = 'complaints'
),
final AS (
    SELECT
        r.measure,
        'complaints/' || k.complaint_id AS record,
        CASE WHEN r.answers = 'about' THEN k.person_id END AS person_id,
        CASE r.answers WHEN 'about' THEN COALESCE(k.unit, h.unit) WHEN 'unit' THEN r.answers_unit END AS unit,
        CASE WHEN r.answers = 'role' THEN r.answers_role END AS answers_role,
        k.enterprise_id,
        k.category,
        CASE r.class_by WHEN 'verdict' THEN k.verdict WHEN 'category' THEN k.category END AS class,
        CAST(NULL AS VARCHAR) AS channel,
        n.stage,
        n.tier,
        CAST(NULL AS TIMESTAMP) AS opened_at,
        CAST(NULL AS DATE) AS due_day,
        CAST(NULL AS TIMESTAMP) AS due_at,
        k.received_at AS done_at,
        k.day AS decided_on,
        CAST(NULL AS VARCHAR) AS outcome,
        CAST(NULL AS DOUBLE) AS value,
        CAST(NULL AS DOUBLE) AS weight,
        FALSE AS shared,
        FALSE AS extended,
        CAST(0 AS DOUBLE) AS paused
    FROM complaints k
    CROSS JOIN rule r
    CROSS JOIN params p
    LEFT JOIN people h ON h.person_id = k.person_id
    LEFT JOIN enterprises n ON n.enterprise_id = k.enterprise_id
    LEFT JOIN measure_word w ON w.measure = r.measure AND w.list = 'category' AND w.word = k.category
    WHERE k.day >= p.in_force_from AND k.day >= p.period_first AND k.day <= p.period_last
      AND (w.word IS NOT NULL OR NOT r.where_category)
)
SELECT * FROM final
