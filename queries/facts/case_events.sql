-- One row per event of a case by as-of, every case with a `submitted`.
--
-- The clock of a case starts at its `submitted` event, or at cases.submitted_at where it has none; where the two
-- differ the earlier holds, and a bare date yields to a time of the same day. `at` of a whole day is its 00:00;
-- whether that day counts from its beginning or its end is for the measure to say.
WITH known AS (
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
    WHERE e.known_from <= p.known_at
      AND (e.known_to IS NULL OR e.known_to > p.known_at)
      AND NOT e.withdrawn
      AND (CASE WHEN e.at_whole_day THEN CAST(e.at AS DATE) <= p.as_of_day ELSE e.at <= p.as_of END)
),
first_submission AS (
    SELECT k.*
    FROM known k
    WHERE k.event = 'submitted'
    QUALIFY ROW_NUMBER() OVER (
        PARTITION BY k.case_id
        ORDER BY k.day NULLS LAST, CASE WHEN k.whole_day THEN 0 ELSE 1 END NULLS LAST, k.at NULLS LAST, k.seq NULLS LAST
    ) = 1
),
submission AS (
    SELECT
        c.case_id,
        COALESCE(s.seq, -1) AS seq,
        CASE
            WHEN s.at IS NULL THEN TRUE
            WHEN CAST(c.submitted_at AS DATE) <> s.day THEN CAST(c.submitted_at AS DATE) < s.day
            WHEN s.whole_day THEN TRUE
            WHEN c.submitted_at_whole_day THEN FALSE
            ELSE c.submitted_at < s.at
        END AS by_case,
        c.submitted_at,
        c.submitted_at_whole_day,
        s.at,
        s.whole_day,
        s.unit,
        s.note
    FROM cases c
    LEFT JOIN first_submission s ON s.case_id = c.case_id
)
SELECT
    s.case_id,
    s.seq,
    'submitted' AS event,
    CASE WHEN s.by_case THEN s.submitted_at ELSE s.at END AS at,
    CAST(CASE WHEN s.by_case THEN s.submitted_at ELSE s.at END AS DATE) AS day,
    CASE WHEN s.by_case THEN s.submitted_at_whole_day ELSE s.whole_day END AS whole_day,
    s.unit,
    CAST(NULL AS DATE) AS until,
    s.note
FROM submission s
UNION ALL
SELECT k.case_id, k.seq, k.event, k.at, k.day, k.whole_day, k.unit, k.until, k.note
FROM known k
LEFT JOIN first_submission s
    ON s.case_id = k.case_id AND s.at = k.at AND s.seq = k.seq AND s.whole_day = k.whole_day AND k.event = 'submitted'
WHERE s.case_id IS NULL
