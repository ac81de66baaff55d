-- One row per evaluation given by as-of, as it was given: without what its case says (evaluations.sql).
SELECT
    v.evaluation_id,
    COALESCE(g.is_id, v.enterprise_id) AS enterprise_id,
    COALESCE(h.is_id, v.person_id) AS person_id,
    v.unit,
    v.case_id,
    v.channel,
    v.at,
    CAST(v.at AS DATE) AS day,
    CAST(v.grade AS DOUBLE) AS grade,
    v.attitude,
    v.quality,
    v.efficiency,
    v.weight,
    v.stratum,
    v.plan_id
FROM warehouse.evaluations_versions v
CROSS JOIN params p
LEFT JOIN merged_people h ON h.id = v.person_id
LEFT JOIN merged_enterprises g ON g.id = v.enterprise_id
WHERE v.known_from <= p.known_at
  AND (v.known_to IS NULL OR v.known_to > p.known_at)
  AND NOT v.withdrawn
  AND (CASE WHEN v.at_whole_day THEN CAST(v.at AS DATE) <= p.as_of_day ELSE v.at <= p.as_of END)
