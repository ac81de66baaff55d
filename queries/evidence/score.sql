-- Evaluations. Grain: one evaluation that gives the score. An evaluation about nobody in particular falls to the
-- enterprise's holder on that day; one of a department alone is that department's.
WITH rule AS (
    SELECT * FROM measure WHERE kind = 'score' AND source = 'evaluations'
),
-- Those of the period first: what they judge is looked up among all cases. By their time and not their day, and beside an
-- equality: so evaluations of other months are not even read.
asked AS (
    SELECT
        r.measure,
        u.has_unit,
        CAST(GREATEST(p.in_force_from, p.period_first) AS TIMESTAMP) AS first_at,
        CAST(CAST(p.period_last + INTERVAL '1' DAY AS DATE) AS TIMESTAMP) AS end_at
    FROM rule r
    CROSS JOIN params p
    INNER JOIN (SELECT TRUE AS has_unit UNION ALL SELECT FALSE) u ON u.has_unit OR NOT r.needs_unit
),
given AS (
    SELECT a.measure, v.*
    FROM asked a
    INNER JOIN evaluations_given v
        ON (v.unit IS NOT NULL) = a.has_unit AND v.at >= a.first_at AND v.at < a.end_at
),
told AS (
    SELECT v.*, c.category, COALESCE(v.channel, c.channel) AS told_channel
    FROM given v
    LEFT JOIN cases c ON c.case_id = v.case_id
),
scored AS (
    SELECT
        v.*,
        CASE r.field WHEN 'grade' THEN v.grade WHEN 'attitude' THEN v.attitude WHEN 'quality' THEN v.quality
                     WHEN 'efficiency' THEN v.efficiency END AS score,
        r.satisfied,
        r.answers,
        r.answers_role,
        r.answers_unit
    FROM told v
    INNER JOIN rule r ON r.measure = v.measure
    LEFT JOIN measure_word w ON w.measure = r.measure AND w.list = 'channel' AND w.word = v.told_channel
    LEFT JOIN measure_word x ON x.measure = r.measure AND x.list = 'not_channel' AND x.word = v.told_channel
    WHERE (w.word IS NOT NULL OR NOT r.where_channel)
      AND x.word IS NULL
),
final AS (
    SELECT
        s.measure,
        'evaluations/' || s.evaluation_id AS record,
        CASE WHEN s.answers = 'person_or_role' OR (s.answers = 'unit_or_role' AND s.unit IS NULL) THEN s.person_id END AS person_id,
        CASE
            WHEN s.answers = 'unit' THEN s.answers_unit
            WHEN s.answers IN ('event_unit', 'unit_or_role') THEN s.unit
            WHEN s.answers = 'person_or_role' AND s.person_id IS NULL THEN s.unit
        END AS unit,
        CASE
            WHEN s.answers = 'role' THEN s.answers_role
            WHEN s.answers IN ('person_or_role', 'unit_or_role') AND s.person_id IS NULL AND s.unit IS NULL THEN s.answers_role
        END AS answers_role,
        s.enterprise_id,
        s.category,
        CAST(NULL AS VARCHAR) AS class,
        s.told_channel AS channel,
        n.stage,
        n.tier,
        CAST(NULL AS TIMESTAMP) AS opened_at,
        CAST(NULL AS DATE) AS due_day,
        CAST(NULL AS TIMESTAMP) AS due_at,
        s.at AS done_at,
        s.day AS decided_on,
        CASE WHEN s.satisfied IS NULL THEN NULL WHEN s.score >= s.satisfied THEN 'met' ELSE 'breached' END AS outcome,
        s.score AS value,
        s.weight,
        FALSE AS shared,
        FALSE AS extended,
        CAST(0 AS DOUBLE) AS paused
    FROM scored s
    LEFT JOIN enterprises n ON n.enterprise_id = s.enterprise_id
    WHERE s.score IS NOT NULL
)
SELECT * FROM final
