-- Milestones, until their planned day (table `registered`). Grain: one measure and milestone.
SELECT
    r.measure,
    'milestones/' || m.enterprise_id || '/' || m.milestone AS record,
    m.enterprise_id,
    m.unit,
    TRUE AS open_whole_day,
    CAST(m.done_on AS TIMESTAMP) AS ended_at,
    TRUE AS ended_whole_day,
    m.planned_on,
    m.stage AS step_stage
FROM measure r
INNER JOIN milestones m ON r.kind = 'deadline' AND r.source = 'milestones'
LEFT JOIN measure_word w ON w.measure = r.measure AND w.list = 'milestone_stage' AND w.word = m.stage
LEFT JOIN measure_word x ON x.measure = r.measure AND x.list = 'not_milestone_stage' AND x.word = m.stage
WHERE (w.word IS NOT NULL OR NOT r.where_milestone_stage) AND x.word IS NULL
