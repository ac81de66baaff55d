-- level: fail
-- zh: 没有工作日安排的年份
-- en: years without declared working days
-- do_zh: 用 guanjia calendar import 补入国务院办公厅该年放假通知；在此之前涉及该年的期限不判定。
-- do_en: add the State Council's notice with guanjia calendar import; until then its due days are not judged
--
-- Grain: one year from the first case under the rules to the day asked that no notice declares.
SELECT y.year, CAST(NULL AS DATE) AS concerns_from, CAST(NULL AS DATE) AS concerns_to
FROM params p
CROSS JOIN (SELECT MIN(CAST(submitted_at AS DATE)) AS day FROM cases) f
CROSS JOIN LATERAL (
    SELECT unnest(generate_series(year(GREATEST(p.in_force_from, COALESCE(LEAST(f.day, p.as_of_day), p.as_of_day))), year(p.as_of_day))) AS year
) y
ANTI JOIN calendar c ON c.is_workday IS NOT NULL AND year(c.day) = y.year
