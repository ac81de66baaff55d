-- level: warn
-- zh: 长时间没有新数据的台账
-- en: tables without new rows for longer than their rhythm
-- do_zh: 催报该台账；报送间隔本就更长的，在 guanjia.toml 的 [rhythm] 中写明天数。
-- do_en: ask for the export; where it comes less often by agreement, say so under [rhythm] in guanjia.toml
--
-- Grain: one kind of export whose newest row (by its own time; registers: by the day of export) is older as of the day
-- asked than its rhythm in days, or which a measure reads and which never came. A table that stopped looks like good work.
WITH newest AS (
    SELECT 'cases' AS tab, MAX(CAST(submitted_at AS DATE)) AS day FROM cases
    UNION ALL SELECT 'case_events', MAX(day) FROM case_events WHERE event <> 'submitted'
    UNION ALL SELECT 'diary', MAX(served_on) FROM diary
    UNION ALL SELECT 'evaluations', MAX(day) FROM evaluations
    UNION ALL SELECT 'complaints', MAX(day) FROM complaints
    UNION ALL SELECT 'policies', MAX(issued_on) FROM policies
    UNION ALL SELECT 'policy_pushes', MAX(day) FROM policy_pushes
    UNION ALL SELECT 'enterprises', MAX(v.exported_on) FROM warehouse.enterprises_versions v CROSS JOIN params p WHERE v.known_from <= p.known_at
    UNION ALL SELECT 'people', MAX(v.exported_on) FROM warehouse.people_versions v CROSS JOIN params p WHERE v.known_from <= p.known_at
    UNION ALL SELECT 'assignments', MAX(v.exported_on) FROM warehouse.assignments_versions v CROSS JOIN params p WHERE v.known_from <= p.known_at
    UNION ALL SELECT 'milestones', MAX(v.exported_on) FROM warehouse.milestones_versions v CROSS JOIN params p WHERE v.known_from <= p.known_at
    UNION ALL SELECT 'absences', MAX(v.exported_on) FROM warehouse.absences_versions v CROSS JOIN params p WHERE v.known_from <= p.known_at
)
SELECT
    n.tab,
    n.day AS newest,
    CAST(p.as_of_day - n.day AS INT) AS days_since,
    r.days AS rhythm,
    CAST(NULL AS DATE) AS concerns_from,
    CAST(NULL AS DATE) AS concerns_to
FROM newest n
CROSS JOIN params p
JOIN rhythm r ON r.tab = n.tab
WHERE CASE WHEN n.day IS NULL THEN EXISTS (SELECT 1 FROM measure m WHERE m.source = n.tab)
           ELSE CAST(p.as_of_day - n.day AS INT) > r.days END
