-- The escalation chain. Grain, for a tally: the first time a case reached each level; for a score: one stay of a case
-- at a level, until the next other level or until it is settled or withdrawn.
--
-- A level that is repeated is the same stay. A bare date is the beginning of its day for a level and the end of it
-- for what settles. A stay that goes on at as-of is `standing`: no score yet.
WITH rule AS (
    SELECT * FROM measure WHERE source = 'levels'
),
act AS (
    SELECT
        r.measure,
        r.kind,
        e.case_id,
        t.part,
        e.event,
        e.day,
        CASE WHEN NOT e.whole_day THEN 0 WHEN t.part = 'level' THEN -1 ELSE 1 END AS day_rank,
        e.at,
        e.seq,
        e.whole_day
    FROM rule r
    INNER JOIN measure_part t ON t.measure = r.measure
    INNER JOIN touched x ON x.measure = r.measure
    INNER JOIN touched_events e ON e.case_id = x.case_id AND e.event = t.event
),
reached AS (
    SELECT a.*
    FROM act a
    WHERE a.kind = 'tally'
    QUALIFY ROW_NUMBER() OVER (
        PARTITION BY a.measure, a.case_id, a.event
        ORDER BY a.day NULLS LAST, a.day_rank NULLS LAST, a.at NULLS LAST, a.seq NULLS LAST
    ) = 1
),
seen AS (
    SELECT
        a.*,
        LAG(a.event) OVER (
            PARTITION BY a.measure, a.case_id
            ORDER BY a.day NULLS LAST, a.day_rank NULLS LAST, a.at NULLS LAST, a.seq NULLS LAST, a.event NULLS LAST
        ) AS event_before
    FROM act a
    WHERE a.kind = 'score'
),
turned AS (
    SELECT
        s.*,
        LEAD(s.part) OVER turn AS next_part,
        LEAD(s.event) OVER turn AS next_event,
        LEAD(s.day) OVER turn AS next_day,
        LEAD(s.at) OVER turn AS next_at,
        LEAD(s.whole_day) OVER turn AS next_whole_day
    FROM seen s
    WHERE s.event IS DISTINCT FROM s.event_before
    WINDOW turn AS (
        PARTITION BY s.measure, s.case_id
        ORDER BY s.day NULLS LAST, s.day_rank NULLS LAST, s.at NULLS LAST, s.seq NULLS LAST, s.event NULLS LAST
    )
),
found AS (
    SELECT
        r.measure, r.case_id, r.event, r.day,
        CAST(NULL AS TIMESTAMP) AS opened_at,
        r.at AS done_at,
        r.day AS decided_on,
        CAST(NULL AS VARCHAR) AS outcome,
        CAST(NULL AS DOUBLE) AS value,
        CAST(NULL AS DOUBLE) AS elapsed,
        CAST(NULL AS VARCHAR) AS ended_by,
        CAST(NULL AS DATE) AS ended_on
    FROM reached r
    UNION ALL
    SELECT
        t.measure, t.case_id, t.event, t.day,
        t.at AS opened_at,
        CASE WHEN t.next_whole_day AND t.next_part = 'end'
             THEN CAST(CAST(t.next_day + INTERVAL '1' DAY AS DATE) AS TIMESTAMP) ELSE t.next_at END AS done_at,
        t.next_day AS decided_on,
        CASE WHEN t.next_event IS NULL THEN 'standing' END AS outcome,
        CAST(CAST(t.next_day - t.day AS INT) AS DOUBLE) AS value,
        CAST(CAST(COALESCE(t.next_day, p.as_of_day) - t.day AS INT) AS DOUBLE) AS elapsed,
        t.next_event AS ended_by,
        t.next_day AS ended_on
    FROM turned t
    CROSS JOIN params p
    WHERE t.part = 'level'
),
final AS (
    SELECT
        f.measure,
        'cases/' || f.case_id AS record,
        CAST(NULL AS VARCHAR) AS person_id,
        CASE r.answers WHEN 'unit' THEN r.answers_unit END AS unit,
        CASE WHEN r.answers = 'role' THEN r.answers_role END AS answers_role,
        c.enterprise_id,
        c.category,
        f.event AS class,
        c.channel,
        n.stage,
        n.tier,
        f.opened_at,
        CAST(NULL AS DATE) AS due_day,
        CAST(NULL AS TIMESTAMP) AS due_at,
        f.done_at,
        f.decided_on,
        f.outcome,
        f.value,
        CAST(NULL AS DOUBLE) AS weight,
        FALSE AS shared,
        FALSE AS extended,
        CAST(0 AS DOUBLE) AS paused,
        f.elapsed,
        f.ended_by,
        f.ended_on
    FROM found f
    INNER JOIN rule r ON r.measure = f.measure
    INNER JOIN cases c ON c.case_id = f.case_id
    CROSS JOIN params p
    LEFT JOIN enterprises n ON n.enterprise_id = c.enterprise_id
    WHERE f.day >= p.in_force_from
      AND (f.outcome = 'standing' OR (f.decided_on >= p.period_first AND f.decided_on <= p.period_last))
)
SELECT * FROM final
