-- Changes of holder, until they are filed (table `registered`). Grain: one measure and change.
SELECT
    r.measure,
    'assignments/' || c.enterprise_id || '/' || c.role || '/' || c.holder || '/' || CAST(c.valid_from AS VARCHAR) AS record,
    c.enterprise_id,
    CAST(c.valid_from AS TIMESTAMP) AS opened_at,
    TRUE AS open_whole_day,
    CAST(c.filed_on AS TIMESTAMP) AS ended_at,
    TRUE AS ended_whole_day
FROM measure r
INNER JOIN changes c ON r.kind = 'deadline' AND r.source = 'changes' AND c.role = r.role
