-- level: fail
-- zh: 同一企业同一天有两名责任人
-- en: two holders of one enterprise on the same day
-- do_zh: 核实由谁负责，给离任者的关系填上终止日期；确是同一人的两个编号，用 guanjia merge 合并。
-- do_en: end the assignment of the one who left; if both ids are one person, record it with guanjia merge
--
-- Grain: one enterprise in scope, role and pair of holders, with the days (inclusive) on which both held it. Only roles
-- that the rules want held by one. Assignments as they are on record: a deputy stands for the absent and is no second holder.
WITH held AS (
    SELECT
        h.enterprise_id, h.role, h.holder, n.name,
        GREATEST(h.valid_from, n.in_scope_from) AS first_day,
        LEAST(h.valid_to, CAST(n.in_scope_to + INTERVAL '1' DAY AS DATE), CAST(p.as_of_day + INTERVAL '1' DAY AS DATE)) AS end_day
    FROM assignments h
    CROSS JOIN params p
    JOIN lone_role r ON r.role = h.role
    JOIN enterprises n ON n.enterprise_id = h.enterprise_id AND n.listed
),
pair AS (
    SELECT
        a.enterprise_id, a.name, a.role, a.holder AS one, b.holder AS other,
        GREATEST(a.first_day, b.first_day) AS first_day, LEAST(a.end_day, b.end_day) AS end_day
    FROM held a
    JOIN held b ON b.enterprise_id = a.enterprise_id AND b.role = a.role AND b.holder > a.holder
    WHERE GREATEST(a.first_day, b.first_day) < LEAST(a.end_day, b.end_day)
)
SELECT
    x.enterprise_id,
    MIN(x.name) AS enterprise,
    COALESCE(w.zh, x.role) AS role,
    concat_ws(' ', x.one, MIN(o.name)) AS holder,
    concat_ws(' ', x.other, MIN(t.name)) AS second_holder,
    MIN(x.first_day) AS first_day,
    CAST(MAX(x.end_day) - INTERVAL '1' DAY AS DATE) AS last_day,
    MIN(x.first_day) AS concerns_from,
    CAST(MAX(x.end_day) - INTERVAL '1' DAY AS DATE) AS concerns_to
FROM pair x
LEFT JOIN people o ON o.person_id = x.one
LEFT JOIN people t ON t.person_id = x.other
LEFT JOIN word w ON w.list = 'role' AND w.word = x.role
GROUP BY x.enterprise_id, x.role, w.zh, x.one, x.other
