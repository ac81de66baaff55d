-- One row per policy issued by as-of. applies_to: 、before, between and after the categories; null: for all.
SELECT
    y.policy_id,
    y.title,
    y.issued_on,
    CASE WHEN TRIM(y.applies_to) <> ''
         THEN '、' || REPLACE(REPLACE(REPLACE(y.applies_to, ' ', ''), '；', '、'), ';', '、') || '、' END AS applies_to
FROM warehouse.policies_versions y
CROSS JOIN params p
WHERE y.known_from <= p.known_at
  AND (y.known_to IS NULL OR y.known_to > p.known_at)
  AND NOT y.withdrawn
  AND y.issued_on <= p.as_of_day
