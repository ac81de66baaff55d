-- Signs that something may be made up: work for a checker, never a verdict. Grain: one lead, a group of records, on the
-- day of its latest record. Cases fall to the role that answers; a group of several people is nobody's.
WITH rule AS (
    SELECT * FROM measure WHERE kind = 'integrity'
),
told AS (
    SELECT
        sign,
        lead,
        MIN(person_id) AS person_id,
        MIN(enterprise_id) AS enterprise_id,
        MIN(happened_at) AS opened_at,
        MAX(happened_at) AS done_at,
        MAX(day) AS day,
        COUNT(*) AS records
    FROM lead_record
    GROUP BY sign, lead
),
final AS (
    SELECT
        r.measure,
        t.lead AS record,
        t.person_id,
        CAST(NULL AS VARCHAR) AS unit,
        CASE WHEN t.lead LIKE 'cases/%' AND r.answers = 'role' THEN r.answers_role END AS answers_role,
        t.enterprise_id,
        k.category,
        t.sign AS class,
        k.channel,
        n.stage,
        n.tier,
        t.opened_at,
        CAST(NULL AS DATE) AS due_day,
        CAST(NULL AS TIMESTAMP) AS due_at,
        t.done_at,
        t.day AS decided_on,
        CAST(NULL AS VARCHAR) AS outcome,
        CAST(t.records AS DOUBLE) AS value,
        CAST(NULL AS DOUBLE) AS weight,
        FALSE AS shared,
        FALSE AS extended,
        CAST(0 AS DOUBLE) AS paused
    FROM told t
    CROSS JOIN params p
    CROSS JOIN rule r
    INNER JOIN measure_word w ON w.measure = r.measure AND w.list = 'sign' AND w.word = t.sign
    LEFT JOIN cases k ON 'cases/' || k.case_id = t.lead
    LEFT JOIN enterprises n ON n.enterprise_id = t.enterprise_id
    WHERE t.day >= p.in_force_from AND t.day <= p.as_of_day
)
SELECT * FROM final
