-- level: warn
-- zh: 代理人不明或不在岗
-- en: deputies who are unknown or not there themselves
-- do_zh: 更正代理人编号，或另行指定在岗的代理人；否则这些天的服务无人承担。
-- do_en: correct the deputy's id or name one who is there; otherwise nobody serves on these days
--
-- Grain: one absence whose deputy is in no register, is away or not in office on some of its days, or is the absent person.
WITH known AS (
    SELECT COALESCE(h.is_id, b.person_id) AS person_id, b."from" AS first_day, b."to" AS last_day,
           COALESCE(y.is_id, b.deputy_id) AS deputy_id
    FROM warehouse.absences_versions b
    CROSS JOIN params p
    LEFT JOIN merged_people h ON h.id = b.person_id
    LEFT JOIN merged_people y ON y.id = b.deputy_id
    WHERE b.known_from <= p.known_at AND (b.known_to IS NULL OR b.known_to > p.known_at) AND NOT b.withdrawn
      AND b."from" <= p.as_of_day AND COALESCE(b.deputy_id, '') <> ''
)
SELECT
    k.person_id,
    h.name,
    concat_ws(' 至 ', k.first_day, k.last_day) AS absence,
    k.deputy_id AS deputy,
    CASE
        WHEN k.deputy_id = k.person_id THEN '就是本人'
        WHEN d.person_id IS NULL THEN '不在人员名册中'
        WHEN d.active_from > k.first_day OR d.active_to < k.last_day THEN '期间不在岗'
        ELSE '期间自己也请假（借调）'
    END AS reason,
    k.first_day AS concerns_from,
    k.last_day AS concerns_to
FROM known k
LEFT JOIN people h ON h.person_id = k.person_id
LEFT JOIN people d ON d.person_id = k.deputy_id
LEFT JOIN absences a ON a.person_id = k.deputy_id AND a.first_day <= k.last_day AND a.last_day >= k.first_day AND k.deputy_id <> k.person_id
WHERE d.person_id IS NULL OR k.deputy_id = k.person_id OR d.active_from > k.first_day OR d.active_to < k.last_day
   OR a.person_id IS NOT NULL
