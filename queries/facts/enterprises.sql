-- One row per enterprise known; one that is merged into another stands in that one's row. Later ends and deeds are not known yet at as-of; stage and tier are as last known.
-- in_scope_from and in_scope_to (inclusive) bound the days in scope; listed = no is out of scope whatever the dates.
SELECT
    p.as_of_day,
    e.enterprise_id,
    e.name,
    e.kind,
    e.scope_category,
    e.industry,
    e.area,
    e.tier,
    e.stage,
    e.investment_wan,
    e.contact_name,
    e.contact_phone,
    e.credit_code,
    COALESCE(e.listed, TRUE) AS listed,
    COALESCE(e.in_scope_from, DATE '1900-01-01') AS in_scope_from,
    CASE WHEN e.in_scope_to <= p.as_of_day THEN e.in_scope_to ELSE DATE '9999-12-30' END AS in_scope_to,
    CASE WHEN e.reached_production_on <= p.as_of_day THEN e.reached_production_on END AS reached_production_on,
    CASE WHEN e.agreement_signed_on <= p.as_of_day THEN e.agreement_signed_on END AS agreement_signed_on
FROM warehouse.enterprises_versions e
CROSS JOIN params p
LEFT JOIN merged_enterprises g ON g.id = e.enterprise_id
WHERE e.known_from <= p.known_at
  AND (e.known_to IS NULL OR e.known_to > p.known_at)
  AND NOT e.withdrawn
  AND g.id IS NULL
