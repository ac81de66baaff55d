-- One row per diary entry made by as-of (its own time: written_at, else served_on).
SELECT
    d.entry_id,
    COALESCE(h.is_id, d.person_id) AS person_id,
    COALESCE(g.is_id, d.enterprise_id) AS enterprise_id,
    d.served_on,
    COALESCE(CAST(d.written_at AS DATE), d.served_on) AS written_on,
    d.written_at,
    d.written_at_whole_day,
    d.kind,
    d.place,
    d.participants,
    d.content,
    d.problems
FROM warehouse.diary_versions d
CROSS JOIN params p
LEFT JOIN merged_people h ON h.id = d.person_id
LEFT JOIN merged_enterprises g ON g.id = d.enterprise_id
WHERE d.known_from <= p.known_at
  AND (d.known_to IS NULL OR d.known_to > p.known_at)
  AND NOT d.withdrawn
  AND (CASE WHEN d.written_at IS NULL THEN d.served_on <= p.as_of_day
            WHEN d.written_at_whole_day THEN CAST(d.written_at AS DATE) <= p.as_of_day
            ELSE d.written_at <= p.as_of END)
