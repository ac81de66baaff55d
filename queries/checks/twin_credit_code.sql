-- level: fail
-- zh: 统一社会信用代码相同的企业
-- en: several enterprises with the same credit code
-- do_zh: 同一企业的，用 guanjia merge 合并；不是的，更正代码。
-- do_en: record with guanjia merge FILE that they are one, or correct the code
--
-- Grain: one credit code that several ids of enterprises share. Projects carry the code of their owner and are left out.
SELECT
    n.credit_code,
    string_agg(n.enterprise_id, '、' ORDER BY n.enterprise_id) AS ids,
    string_agg(n.name, '、' ORDER BY n.enterprise_id) AS names,
    CAST(NULL AS DATE) AS concerns_from,
    CAST(NULL AS DATE) AS concerns_to
FROM enterprises n
WHERE n.kind = 'enterprise' AND COALESCE(n.credit_code, '') <> ''
GROUP BY n.credit_code
HAVING COUNT(*) > 1
