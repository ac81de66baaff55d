-- October 2026 as of its end: who held an enterprise in scope on every day of a week wrote in the diary in that week.
WITH days AS (
    SELECT day, iso_week, day + CAST(7 - isodow(day) AS INTEGER) AS last_day
    FROM cal WHERE iso_week BETWEEN '2026-W40' AND '2026-W44'
),
week AS (SELECT iso_week FROM days JOIN cal USING (day, iso_week) GROUP BY iso_week HAVING bool_or(is_workday)),
held AS (
    SELECT DISTINCT d.iso_week, d.last_day, d.day, coalesce(b.deputy_id, a.holder_id) AS person_id
    FROM days d
    JOIN w.assignments a ON a.role = 'steward' AND a.valid_from <= least(d.day, DATE '2026-10-31')
        AND (a.valid_to IS NULL OR a.valid_to > DATE '2026-10-31' OR d.day < a.valid_to)
    JOIN w.enterprises n ON n.enterprise_id = a.enterprise_id AND coalesce(n.listed, TRUE)
        AND (n.in_scope_from IS NULL OR n.in_scope_from <= d.day)
        AND (n.in_scope_to IS NULL OR n.in_scope_to > DATE '2026-10-31' OR d.day <= n.in_scope_to)
    LEFT JOIN w.absences b ON b.person_id = a.holder_id AND b.deputy_id IS NOT NULL AND b."from" <= DATE '2026-10-31'
        AND d.day BETWEEN b."from" AND b."to"
),
owed AS (
    SELECT h.iso_week, h.last_day, h.person_id
    FROM held h
    JOIN week USING (iso_week)
    JOIN w.people o ON o.person_id = h.person_id AND (o.active_from IS NULL OR o.active_from <= h.day)
        AND (o.active_to IS NULL OR o.active_to > DATE '2026-10-31' OR h.day <= o.active_to)
    LEFT JOIN w.absences b ON b.person_id = h.person_id AND b.deputy_id IS NULL AND b."from" <= DATE '2026-10-31'
        AND h.day BETWEEN b."from" AND b."to"
    WHERE b.person_id IS NULL
    GROUP BY ALL HAVING count(*) = 7
),
wrote AS (
    SELECT person_id, c.iso_week, count(*) AS acts
    FROM w.diary d JOIN cal c ON c.day = CAST(coalesce(d.written_at, d.served_on) AS DATE)
    WHERE c.iso_week BETWEEN '2026-W40' AND '2026-W44' AND coalesce(d.written_at, d.served_on) <= TIMESTAMP '2026-11-01'
    GROUP BY ALL
),
final AS (
    SELECT o.last_day > DATE '2026-10-31' AS pending, coalesce(d.acts, 0) AS acts
    FROM owed o LEFT JOIN wrote d USING (person_id, iso_week)
)
SELECT count(*) FILTER (WHERE NOT pending) AS n,
    count(*) FILTER (WHERE NOT pending AND acts > 0) AS met,
    count(*) FILTER (WHERE NOT pending AND acts = 0) AS breached,
    count(*) FILTER (WHERE pending) AS pending,
    NULL AS extended,
    avg(acts) FILTER (WHERE NOT pending) AS mean,
    quantile_cont(acts, 0.5) FILTER (WHERE NOT pending) AS median,
    quantile_cont(acts, 0.9) FILTER (WHERE NOT pending) AS p90,
    max(acts) FILTER (WHERE NOT pending) AS max
FROM final
