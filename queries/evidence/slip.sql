-- How late milestones were done. Grain: one milestone done, on the day it was; value: days after its planned day,
-- negative where it was early.
WITH rule AS (
    SELECT * FROM measure WHERE kind = 'score' AND source = 'milestones'
),
final AS (
    SELECT
        r.measure,
        'milestones/' || m.enterprise_id || '/' || m.milestone AS record,
        CAST(NULL AS VARCHAR) AS person_id,
        CASE r.answers WHEN 'unit' THEN r.answers_unit WHEN 'event_unit' THEN m.unit END AS unit,
        CASE WHEN r.answers = 'role' THEN r.answers_role END AS answers_role,
        m.enterprise_id,
        CAST(NULL AS VARCHAR) AS category,
        CAST(NULL AS VARCHAR) AS class,
        CAST(NULL AS VARCHAR) AS channel,
        COALESCE(m.stage, n.stage) AS stage,
        n.tier,
        CAST(NULL AS TIMESTAMP) AS opened_at,
        m.planned_on AS due_day,
        CAST(NULL AS TIMESTAMP) AS due_at,
        CAST(m.done_on AS TIMESTAMP) AS done_at,
        m.done_on AS decided_on,
        CAST(NULL AS VARCHAR) AS outcome,
        CAST(CAST(m.done_on - m.planned_on AS INT) AS DOUBLE) AS value,
        CAST(NULL AS DOUBLE) AS weight,
        FALSE AS shared,
        FALSE AS extended,
        CAST(0 AS DOUBLE) AS paused
    FROM rule r
    CROSS JOIN milestones m
    CROSS JOIN params p
    LEFT JOIN enterprises n ON n.enterprise_id = m.enterprise_id
    LEFT JOIN measure_word w ON w.measure = r.measure AND w.list = 'milestone_stage' AND w.word = m.stage
    LEFT JOIN measure_word x ON x.measure = r.measure AND x.list = 'not_milestone_stage' AND x.word = m.stage
    WHERE m.done_on >= p.in_force_from AND m.done_on >= p.period_first AND m.done_on <= p.period_last
      AND (w.word IS NOT NULL OR NOT r.where_milestone_stage)
      AND x.word IS NULL
)
SELECT * FROM final
