-- Complaints whose clock ends when they are verified (table `registered`). Grain: one measure and complaint.
SELECT
    r.measure,
    'complaints/' || k.complaint_id AS record,
    k.enterprise_id,
    k.category,
    k.person_id,
    k.unit,
    k.received_at AS opened_at,
    k.received_at_whole_day AS open_whole_day,
    k.verified_at AS ended_at,
    k.verified_at_whole_day AS ended_whole_day
FROM measure r
INNER JOIN complaints k ON r.kind = 'deadline' AND r.source = 'complaints' AND NOT r.with_complaints
LEFT JOIN measure_word w ON w.measure = r.measure AND w.list = 'category' AND w.word = k.category
WHERE w.word IS NOT NULL OR NOT r.where_category
