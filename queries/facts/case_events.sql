-- One row per event of a case by as-of, every case with a `submitted`: as it is told where it is told plainly, else as
-- settled (submissions.sql). `at` of a whole day is its 00:00; whether that day counts from its beginning or its end is
-- for the measure to say.
SELECT s.case_id, s.seq, s.event, s.at, s.day, s.whole_day, s.unit, s.until, s.note
FROM submissions s
UNION ALL
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
LEFT JOIN warehouse.submitted_apart d ON d.case_id = CASE WHEN e.event = 'submitted' THEN e.case_id END
WHERE d.case_id IS NULL
  AND e.known_from <= p.known_at
  AND (e.known_to IS NULL OR e.known_to > p.known_at)
  AND NOT e.withdrawn
  AND (CASE WHEN e.at_whole_day THEN CAST(e.at AS DATE) <= p.as_of_day ELSE e.at <= p.as_of END)
