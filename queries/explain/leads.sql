-- The records that the leads in evidence rest on, each as it was filed. Grain: one record of one lead; by lead, then time.
SELECT
    r.sign,
    r.lead,
    r.record,
    r.happened_at,
    r.value,
    COALESCE(d.person_id, e.person_id) AS person_id,
    h.name AS person_name,
    COALESCE(h.unit, e.unit) AS unit,
    COALESCE(d.enterprise_id, r.enterprise_id) AS enterprise_id,
    n.name AS enterprise_name,
    d.served_on,
    COALESCE(d.content, c.title) AS said
FROM lead_record r
INNER JOIN evidence e ON e.record = r.lead AND e.class = r.sign
INNER JOIN measure m ON m.measure = e.measure AND m.kind = 'integrity'
LEFT JOIN diary d ON 'diary/' || d.entry_id = r.record
LEFT JOIN cases c ON 'cases/' || c.case_id = r.record
LEFT JOIN people h ON h.person_id = COALESCE(d.person_id, e.person_id)
LEFT JOIN enterprises n ON n.enterprise_id = COALESCE(d.enterprise_id, r.enterprise_id)
ORDER BY r.sign NULLS LAST, e.unit NULLS LAST, e.person_id NULLS LAST, r.lead NULLS LAST, r.happened_at NULLS LAST, r.record NULLS LAST
