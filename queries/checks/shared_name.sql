-- level: warn
-- zh: 只凭姓名认定过的人员，现有重名
-- en: people who were known by name alone, and whose name several now bear
-- do_zh: 此前的记录仍记在原认定人名下；新的记录须有电话或单位。确是一人的用 guanjia merge 合并。
-- do_en: earlier rows stay with whom they were taken for, new ones need a telephone or unit; if they are one, record it with guanjia merge FILE
--
-- Grain: one name by which rows were taken for one person, and which several people bear as things stand. What was written
-- before the other came is right; what was meant after is for people to say.
WITH taken AS (
    SELECT n.name, COALESCE(m.is_id, n.id) AS person_id, MIN(n.batch_id) AS batch_id
    FROM warehouse.named n
    CROSS JOIN params p
    LEFT JOIN merged_people m ON m.id = n.id
    WHERE n.by_name AND n.kind = 'people' AND n.batch_id <= p.known_at
    GROUP BY n.name, COALESCE(m.is_id, n.id)
)
SELECT
    t.name,
    COALESCE(own.unit, t.person_id) AS taken_for,
    string_agg(COALESCE(o.unit, '—') || '（' || o.person_id || '）', '、' ORDER BY o.person_id) AS others,
    CAST(t.batch_id AS INT) AS batch,
    CAST(NULL AS DATE) AS concerns_from,
    CAST(NULL AS DATE) AS concerns_to
FROM taken t
JOIN people o ON o.name = t.name AND o.person_id <> t.person_id
LEFT JOIN people own ON own.person_id = t.person_id
GROUP BY t.name, t.person_id, own.unit, t.batch_id
