-- Records that must say something. Grain: one event of the named kind; met when every named field says something
-- (blank and the regime's empty words count as nothing). The events of the period lie in `told`.
WITH rule AS (
    SELECT * FROM measure WHERE kind = 'completeness' AND source = 'case_events'
),
stated AS (
    SELECT
        e.measure,
        e.case_id, e.event, e.day, e.at, e.seq, e.whole_day, e.unit,
        f.word AS field,
        CASE f.word WHEN 'note' THEN TRIM(e.note) WHEN 'unit' THEN TRIM(e.unit)
                    WHEN 'until' THEN CAST(e.until AS VARCHAR) END AS said
    FROM told e
    INNER JOIN measure_word f ON f.measure = e.measure AND f.list = 'field'
),
checked AS (
    SELECT
        s.measure, s.case_id, s.event, s.day, s.at, s.seq, s.whole_day, s.unit,
        COUNT(*) FILTER (WHERE s.said IS NULL OR s.said = '' OR w.word IS NOT NULL) AS missing
    FROM stated s
    LEFT JOIN measure_word w ON w.measure = s.measure AND w.list = 'empty_word' AND w.word = s.said
    GROUP BY s.measure, s.case_id, s.event, s.day, s.at, s.seq, s.whole_day, s.unit
),
named AS (
    SELECT k.measure, k.case_id, k.event, k.at, k.seq, e.unit
    FROM checked k
    INNER JOIN rule r ON r.measure = k.measure AND r.answers = 'event_unit'
    INNER JOIN case_events e ON e.case_id = k.case_id
    WHERE COALESCE(k.unit, '') = ''
      AND e.event IN ('dispatched', 'assigned', 'accepted')
      AND COALESCE(e.unit, '') <> ''
      AND (e.day < k.day OR (e.day = k.day AND (e.at < k.at OR (e.at = k.at AND e.seq < k.seq))))
    QUALIFY ROW_NUMBER() OVER (
        PARTITION BY k.measure, k.case_id, k.event, k.at, k.seq
        ORDER BY e.day DESC NULLS LAST, e.at DESC NULLS LAST, e.seq DESC NULLS LAST, e.unit NULLS LAST
    ) = 1
),
final AS (
    SELECT
        k.measure,
        'case_events/' || k.case_id || '/' || k.event || '/' || CAST(k.at AS VARCHAR) AS record,
        CAST(NULL AS VARCHAR) AS person_id,
        CASE r.answers WHEN 'event_unit' THEN COALESCE(NULLIF(k.unit, ''), m.unit)
                       WHEN 'unit' THEN r.answers_unit END AS unit,
        CASE WHEN r.answers IN ('role', 'person_or_role') THEN r.answers_role END AS answers_role,
        c.enterprise_id,
        c.category,
        CAST(NULL AS VARCHAR) AS class,
        c.channel,
        n.stage,
        n.tier,
        CAST(NULL AS TIMESTAMP) AS opened_at,
        CAST(NULL AS DATE) AS due_day,
        CAST(NULL AS TIMESTAMP) AS due_at,
        k.at AS done_at,
        k.day AS decided_on,
        CASE WHEN k.missing = 0 THEN 'met' ELSE 'breached' END AS outcome,
        CAST(NULL AS DOUBLE) AS value,
        CAST(NULL AS DOUBLE) AS weight,
        FALSE AS shared,
        FALSE AS extended,
        CAST(0 AS DOUBLE) AS paused
    FROM checked k
    INNER JOIN rule r ON r.measure = k.measure
    INNER JOIN cases c ON c.case_id = k.case_id
    LEFT JOIN enterprises n ON n.enterprise_id = c.enterprise_id
    LEFT JOIN named m
        ON m.measure = k.measure AND m.case_id = k.case_id AND m.event = k.event AND m.at = k.at AND m.seq = k.seq
)
SELECT * FROM final
