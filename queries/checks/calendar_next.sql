-- level: warn
-- zh: 明年的工作日安排还没有
-- en: next year's working days are not declared yet
-- do_zh: 国务院办公厅通知一发布（通常在十一月）即用 guanjia calendar import 补入；之前年底起算的期限不判定。
-- do_en: add the notice with guanjia calendar import as soon as it is out; clocks that run into it stay pending
--
-- Grain: the next year, from 45 days before it begins: clocks of fifteen working days then run into it.
SELECT year(p.as_of_day) + 1 AS year, CAST(NULL AS DATE) AS concerns_from, CAST(NULL AS DATE) AS concerns_to
FROM params p
WHERE year(p.as_of_day + 45) > year(p.as_of_day)
  AND NOT EXISTS (SELECT 1 FROM calendar c WHERE c.is_workday IS NOT NULL AND year(c.day) = year(p.as_of_day) + 1)
