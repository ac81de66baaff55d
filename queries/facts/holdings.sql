-- Who holds which enterprise in which role on which days, deputies in place of the absent.
--
-- Grain: one row per assignment and stretch of days [first_day, end_day) on which the same person or unit acts.
-- as_of_day keeps the states of several days apart. An absence with a deputy cuts its assignment in three; overlapping absences of one person each give a stretch.
WITH away AS (
    SELECT b.as_of_day, b.person_id, b.deputy_id, b.first_day, CAST(b.last_day + INTERVAL '1' DAY AS DATE) AS end_day
    FROM absences b
    WHERE b.deputy_id IS NOT NULL AND b.first_day <= b.last_day
),
-- The days of a person who is ever away: the deputies', and the own before, after and between them.
spell AS (
    SELECT w.as_of_day, w.person_id, w.deputy_id, w.first_day, w.end_day
    FROM away w
    UNION ALL
    SELECT w.as_of_day, w.person_id, CAST(NULL AS VARCHAR) AS deputy_id, DATE '1000-01-01' AS first_day, MIN(w.first_day) AS end_day
    FROM away w
    GROUP BY w.as_of_day, w.person_id
    UNION ALL
    SELECT
        w.as_of_day, w.person_id, CAST(NULL AS VARCHAR) AS deputy_id,
        MAX(w.end_day) OVER (
            PARTITION BY w.as_of_day, w.person_id ORDER BY w.first_day NULLS LAST, w.end_day NULLS LAST
            ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
        ) AS first_day,
        COALESCE(LEAD(w.first_day) OVER (
            PARTITION BY w.as_of_day, w.person_id ORDER BY w.first_day NULLS LAST, w.end_day NULLS LAST
        ), DATE '9999-12-31') AS end_day
    FROM away w
),
-- With the unit of whoever acts; who is never away has all days. So assignments, which are many, are joined once.
acting AS (
    SELECT s.as_of_day, s.person_id, s.deputy_id, h.unit, s.first_day, s.end_day
    FROM spell s
    LEFT JOIN people h ON h.as_of_day = s.as_of_day AND h.person_id = COALESCE(s.deputy_id, s.person_id)
    WHERE s.first_day < s.end_day
    UNION ALL
    SELECT h.as_of_day, h.person_id, CAST(NULL AS VARCHAR), h.unit, DATE '1000-01-01', DATE '9999-12-31'
    FROM people h
    LEFT JOIN (SELECT DISTINCT as_of_day, person_id FROM away) w ON w.as_of_day = h.as_of_day AND w.person_id = h.person_id
    WHERE w.person_id IS NULL
)
SELECT
    a.as_of_day,
    a.enterprise_id,
    a.role,
    COALESCE(s.deputy_id, a.holder_id) AS holder_id,
    CASE WHEN s.deputy_id IS NULL THEN COALESCE(a.holder_unit, s.unit) ELSE s.unit END AS unit,
    COALESCE(s.deputy_id, a.holder) AS holder,
    a.valid_from,
    s.deputy_id IS NOT NULL AS deputy,
    CASE WHEN s.first_day > a.valid_from THEN s.first_day ELSE a.valid_from END AS first_day,
    CASE WHEN s.end_day < a.valid_to THEN s.end_day ELSE a.valid_to END AS end_day
FROM assignments a
LEFT JOIN acting s ON s.as_of_day = a.as_of_day AND s.person_id = a.holder_id
WHERE s.person_id IS NULL OR (s.first_day < a.valid_to AND s.end_day > a.valid_from)
