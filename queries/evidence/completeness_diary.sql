-- Diary entries that must say something. Grain: one entry of a kind that counts, on the day it was written (else
-- served); met when every named field says something (blank and the regime's empty words count as nothing).
WITH rule AS (
    SELECT * FROM measure WHERE kind = 'completeness' AND source = 'diary'
),
stated AS (
    SELECT
        r.measure,
        d.entry_id,
        f.word AS field,
        CASE f.word
            WHEN 'enterprise_id' THEN TRIM(d.enterprise_id)
            WHEN 'served_on' THEN CAST(d.served_on AS VARCHAR)
            WHEN 'place' THEN TRIM(d.place)
            WHEN 'participants' THEN TRIM(d.participants)
            WHEN 'content' THEN TRIM(d.content)
            WHEN 'problems' THEN TRIM(d.problems)
        END AS said
    FROM rule r
    INNER JOIN measure_word f ON f.measure = r.measure AND f.list = 'field'
    CROSS JOIN diary d
    CROSS JOIN params p
    LEFT JOIN measure_word x ON x.measure = r.measure AND x.list = 'not_diary_kind' AND x.word = d.kind
    WHERE x.word IS NULL AND d.written_on >= p.in_force_from
      AND d.written_on >= p.period_first AND d.written_on <= p.period_last
),
checked AS (
    SELECT
        s.measure,
        s.entry_id,
        COUNT(*) FILTER (WHERE s.said IS NULL OR s.said = '' OR w.word IS NOT NULL) AS missing
    FROM stated s
    LEFT JOIN measure_word w ON w.measure = s.measure AND w.list = 'empty_word' AND w.word = s.said
    GROUP BY s.measure, s.entry_id
),
final AS (
    SELECT
        k.measure,
        'diary/' || d.entry_id AS record,
        CASE WHEN r.answers = 'author' THEN d.person_id END AS person_id,
        CASE WHEN r.answers = 'unit' THEN r.answers_unit END AS unit,
        CASE WHEN r.answers = 'role' THEN r.answers_role END AS answers_role,
        d.enterprise_id,
        CAST(NULL AS VARCHAR) AS category,
        CAST(NULL AS VARCHAR) AS class,
        CAST(NULL AS VARCHAR) AS channel,
        n.stage,
        n.tier,
        CAST(NULL AS TIMESTAMP) AS opened_at,
        CAST(NULL AS DATE) AS due_day,
        CAST(NULL AS TIMESTAMP) AS due_at,
        CAST(d.served_on AS TIMESTAMP) AS done_at,
        d.written_on AS decided_on,
        CASE WHEN k.missing = 0 THEN 'met' ELSE 'breached' END AS outcome,
        CAST(NULL AS DOUBLE) AS value,
        CAST(NULL AS DOUBLE) AS weight,
        FALSE AS shared,
        FALSE AS extended,
        CAST(0 AS DOUBLE) AS paused
    FROM checked k
    INNER JOIN rule r ON r.measure = k.measure
    INNER JOIN diary d ON d.entry_id = k.entry_id
    LEFT JOIN enterprises n ON n.enterprise_id = d.enterprise_id
)
SELECT * FROM final
