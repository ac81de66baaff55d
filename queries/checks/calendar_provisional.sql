-- level: warn
-- zh: 工作日为暂定的年份
-- en: years whose working days are provisional
-- do_zh: 放假通知发布后用 guanjia calendar import 补入，期限会随之变化。
-- do_en: replace them with guanjia calendar import when the notice is out; due days will move
--
-- Grain: one year up to the one that clocks begun now run into, taken as plain weeks without a notice.
SELECT y.year, CAST(NULL AS DATE) AS concerns_from, CAST(NULL AS DATE) AS concerns_to
FROM calendar_year y
CROSS JOIN params p
WHERE y.provisional AND y.year BETWEEN year(p.in_force_from) AND year(p.as_of_day + 45)
