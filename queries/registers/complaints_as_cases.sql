-- Complaints that run a clock of cases (table `registered`). Grain: one measure and complaint; it ends with the first act that
-- ends such a clock under the complaint's number.
WITH rule AS (
    SELECT * FROM measure WHERE kind = 'deadline' AND with_complaints
),
complaint_end AS (
    SELECT r.measure, k.complaint_id, e.at, e.whole_day
    FROM rule r
    INNER JOIN measure_part t ON t.measure = r.measure AND t.part = 'end'
    INNER JOIN case_events e ON e.event = t.event
    INNER JOIN complaints k ON k.complaint_id = e.case_id
    WHERE e.day > k.day OR (e.day = k.day AND (e.whole_day OR k.received_at_whole_day OR e.at >= k.received_at))
    QUALIFY ROW_NUMBER() OVER (
        PARTITION BY r.measure, k.complaint_id
        ORDER BY e.day NULLS LAST, CASE WHEN e.whole_day THEN 1 ELSE 0 END NULLS LAST, e.at NULLS LAST, e.seq NULLS LAST
    ) = 1
)
SELECT
    r.measure,
    'complaints/' || k.complaint_id AS record,
    k.enterprise_id,
    k.category,
    k.person_id,
    k.unit,
    k.received_at AS opened_at,
    k.received_at_whole_day AS open_whole_day,
    x.at AS ended_at,
    x.whole_day AS ended_whole_day
FROM rule r
CROSS JOIN complaints k
LEFT JOIN complaint_end x ON x.measure = r.measure AND x.complaint_id = k.complaint_id
LEFT JOIN measure_word w ON w.measure = r.measure AND w.list = 'category' AND w.word = k.category
WHERE w.word IS NOT NULL OR NOT r.where_category
