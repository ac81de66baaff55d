-- One row per evaluation given by as-of; category is that of its case, its own channel else the case's.
SELECT
    v.evaluation_id,
    v.enterprise_id,
    v.person_id,
    v.unit,
    v.case_id,
    COALESCE(v.channel, c.channel) AS channel,
    v.at,
    v.day,
    v.grade,
    v.attitude,
    v.quality,
    v.efficiency,
    v.weight,
    v.stratum,
    v.plan_id,
    c.category
FROM evaluations_given v
LEFT JOIN cases c ON c.case_id = v.case_id
