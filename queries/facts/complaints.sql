-- One row per complaint received by as-of; one that is verified later is still pending.
WITH known AS (
    SELECT
        k.*,
        k.verified_at IS NOT NULL
            AND (CASE WHEN k.verified_at_whole_day THEN CAST(k.verified_at AS DATE) <= p.as_of_day
                      ELSE k.verified_at <= p.as_of END) AS verified
    FROM warehouse.complaints_versions k
    CROSS JOIN params p
    WHERE k.known_from <= p.known_at
      AND (k.known_to IS NULL OR k.known_to > p.known_at)
      AND NOT k.withdrawn
      AND (CASE WHEN k.received_at_whole_day THEN CAST(k.received_at AS DATE) <= p.as_of_day ELSE k.received_at <= p.as_of END)
)
SELECT
    k.complaint_id,
    COALESCE(g.is_id, k.enterprise_id) AS enterprise_id,
    COALESCE(h.is_id, k.person_id) AS person_id,
    k.unit,
    k.received_at,
    k.received_at_whole_day,
    CAST(k.received_at AS DATE) AS day,
    k.category,
    k.content,
    CASE WHEN k.verified_at IS NULL OR k.verified THEN COALESCE(k.verdict, 'pending') ELSE 'pending' END AS verdict,
    CASE WHEN k.verified THEN k.verified_at END AS verified_at,
    CASE WHEN k.verified THEN k.verified_at_whole_day END AS verified_at_whole_day,
    CASE WHEN k.verified THEN k.verified_by END AS verified_by,
    CASE WHEN k.verified THEN k.finding END AS finding
FROM known k
LEFT JOIN merged_people h ON h.id = k.person_id
LEFT JOIN merged_enterprises g ON g.id = k.enterprise_id
