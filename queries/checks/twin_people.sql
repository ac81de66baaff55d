-- level: warn
-- zh: 姓名、电话相同而编号不同的人员
-- en: several people with the same name and telephone
-- do_zh: 确是一人的，写成表（类型、编号、是、原因）用 guanjia merge 合并；不是的，更正电话。
-- do_en: if they are one, record it with guanjia merge FILE; if not, correct the telephone
--
-- Grain: one name and telephone that several ids share. Under two ids a person looks like two stewards, each with half the
-- work and half the diary.
SELECT
    h.name,
    CASE WHEN length(h.phone) > 7 THEN left(h.phone, 3) || '****' || right(h.phone, 4) ELSE '****' END AS phone,
    string_agg(h.person_id, '、' ORDER BY h.person_id) AS ids,
    string_agg(DISTINCT h.unit, '、' ORDER BY h.unit) AS units,
    CAST(NULL AS DATE) AS concerns_from,
    CAST(NULL AS DATE) AS concerns_to
FROM people h
WHERE COALESCE(h.phone, '') <> ''
GROUP BY h.name, h.phone
HAVING COUNT(*) > 1
