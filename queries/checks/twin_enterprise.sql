-- level: warn
-- zh: 名称、电话相同而编号不同的企业（项目）
-- en: several enterprises with the same name and telephone
-- do_zh: 确是一家的，写成表（类型、编号、是、原因）用 guanjia merge 合并；不是的，更正名称或电话。
-- do_en: if they are one, record it with guanjia merge FILE; if not, correct name or telephone
--
-- Grain: one name and telephone that several ids of a kind share and that their credit codes do not tell of already.
SELECT
    n.name AS enterprise,
    CASE WHEN length(n.contact_phone) > 7 THEN left(n.contact_phone, 3) || '****' || right(n.contact_phone, 4) ELSE '****' END AS phone,
    string_agg(n.enterprise_id, '、' ORDER BY n.enterprise_id) AS ids,
    CAST(NULL AS DATE) AS concerns_from,
    CAST(NULL AS DATE) AS concerns_to
FROM enterprises n
WHERE COALESCE(n.contact_phone, '') <> ''
GROUP BY n.kind, n.name, n.contact_phone
HAVING COUNT(*) > 1
   AND NOT (n.kind = 'enterprise' AND COUNT(NULLIF(n.credit_code, '')) = COUNT(*) AND COUNT(DISTINCT n.credit_code) = 1)
