-- Who holds which enterprise in which role on which days, deputies in place of the absent.
--
-- Grain: one row per assignment and stretch of days [first_day, end_day) on which the same person or unit acts.
-- as_of_day keeps the states of several days apart. An absence with a deputy cuts its assignment in three; overlapping absences of one person each give a stretch.
WITH away AS (
    SELECT
        a.as_of_day, a.enterprise_id, a.role, a.holder, a.valid_from, a.valid_to,
        b.deputy_id,
        GREATEST(a.valid_from, b.first_day) AS first_day,
        LEAST(a.valid_to, CAST(b.last_day + INTERVAL '1' DAY AS DATE)) AS end_day
    FROM assignments a
    INNER JOIN absences b ON b.as_of_day = a.as_of_day AND b.person_id = a.holder_id AND b.deputy_id IS NOT NULL
    WHERE b.first_day < a.valid_to AND b.last_day >= a.valid_from
),
-- The days between absences: after each absence (or from the start) until the next one (or the end).
present AS (
    SELECT
        e.as_of_day, e.enterprise_id, e.role, e.holder, e.valid_from,
        MAX(e.end_day) OVER (
            PARTITION BY e.as_of_day, e.enterprise_id, e.role, e.holder, e.valid_from
            ORDER BY e.first_day NULLS LAST, e.end_day NULLS LAST
            ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
        ) AS first_day,
        COALESCE(LEAD(e.first_day) OVER (
            PARTITION BY e.as_of_day, e.enterprise_id, e.role, e.holder, e.valid_from
            ORDER BY e.first_day NULLS LAST, e.end_day NULLS LAST
        ), e.valid_to) AS end_day
    FROM away e
    UNION ALL
    SELECT e.as_of_day, e.enterprise_id, e.role, e.holder, e.valid_from, e.valid_from AS first_day, MIN(e.first_day) AS end_day
    FROM away e
    GROUP BY e.as_of_day, e.enterprise_id, e.role, e.holder, e.valid_from
),
stretch AS (
    SELECT a.as_of_day, a.enterprise_id, a.role, a.holder_id, a.holder_unit, a.holder, a.valid_from, FALSE AS deputy,
           a.valid_from AS first_day, a.valid_to AS end_day
    FROM assignments a
    LEFT JOIN (SELECT DISTINCT as_of_day, enterprise_id, role, holder, valid_from FROM away) w
        ON w.as_of_day = a.as_of_day AND w.enterprise_id = a.enterprise_id AND w.role = a.role AND w.holder = a.holder AND w.valid_from = a.valid_from
    WHERE w.enterprise_id IS NULL
    UNION ALL
    SELECT a.as_of_day, a.enterprise_id, a.role, a.holder_id, a.holder_unit, a.holder, a.valid_from, FALSE AS deputy,
           r.first_day, r.end_day
    FROM present r
    INNER JOIN assignments a
        ON a.as_of_day = r.as_of_day AND a.enterprise_id = r.enterprise_id AND a.role = r.role AND a.holder = r.holder AND a.valid_from = r.valid_from
    WHERE r.first_day < r.end_day
    UNION ALL
    SELECT w.as_of_day, w.enterprise_id, w.role, w.deputy_id AS holder_id, CAST(NULL AS VARCHAR) AS holder_unit,
           w.deputy_id AS holder, w.valid_from, TRUE AS deputy, w.first_day, w.end_day
    FROM away w
)
SELECT
    s.as_of_day,
    s.enterprise_id,
    s.role,
    s.holder_id,
    COALESCE(s.holder_unit, h.unit) AS unit,
    s.holder,
    s.valid_from,
    s.deputy,
    s.first_day,
    s.end_day
FROM stretch s
LEFT JOIN people h ON h.as_of_day = s.as_of_day AND h.person_id = s.holder_id
