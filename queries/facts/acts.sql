-- One row per event of a case by as-of as it was given, without the submissions (case_events.sql): for who asks after few
-- events of all cases, and need not know when these were submitted.
SELECT
    e.case_id,
    COALESCE(e.seq, 0) AS seq,
    e.event,
    e.at,
    CAST(e.at AS DATE) AS day,
    e.at_whole_day AS whole_day,
    e.unit,
    e.until,
    e.note
FROM warehouse.case_events_versions e
CROSS JOIN params p
WHERE e.event <> 'submitted'
  AND e.known_from <= p.known_at
  AND (e.known_to IS NULL OR e.known_to > p.known_at)
  AND NOT e.withdrawn
  AND (CASE WHEN e.at_whole_day THEN CAST(e.at AS DATE) <= p.as_of_day ELSE e.at <= p.as_of END)
