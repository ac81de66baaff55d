-- level: warn
-- zh: 同一人的请假（借调）日期重叠
-- en: overlapping absences of one person
-- do_zh: 核实起止日期，重复的一条撤下；两名代理人时须明确哪天由谁代理。
-- do_en: correct the days or take one of them back; with two deputies, say who stands in on which days
--
-- Grain: two absences of one person that share a day. With different deputies both would hold the enterprises.
SELECT
    a.person_id,
    h.name,
    concat_ws(' 至 ', a.first_day, a.last_day) AS absence,
    a.deputy_id AS deputy,
    concat_ws(' 至 ', b.first_day, b.last_day) AS second_absence,
    b.deputy_id AS second_deputy,
    b.first_day AS concerns_from,
    LEAST(a.last_day, b.last_day) AS concerns_to
FROM absences a
JOIN absences b ON b.person_id = a.person_id AND b.first_day > a.first_day AND b.first_day <= a.last_day
LEFT JOIN people h ON h.person_id = a.person_id
