-- One row per case submitted by as-of; category: as the rules of the place name it, where they do.
SELECT
    c.case_id,
    COALESCE(g.is_id, c.enterprise_id) AS enterprise_id,
    c.title,
    COALESCE(y.category, c.category) AS category,
    c.case_class,
    c.channel,
    c.submitted_at,
    c.submitted_at_whole_day,
    c.due_at,
    c.due_at_whole_day
FROM warehouse.cases_versions c
CROSS JOIN params p
LEFT JOIN merged_enterprises g ON g.id = c.enterprise_id
LEFT JOIN category_word y ON y.word = c.category
WHERE c.known_from <= p.known_at
  AND (c.known_to IS NULL OR c.known_to > p.known_at)
  AND NOT c.withdrawn
  AND (CASE WHEN c.submitted_at_whole_day THEN CAST(c.submitted_at AS DATE) <= p.as_of_day
            ELSE c.submitted_at <= p.as_of END)
