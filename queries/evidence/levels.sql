-- The escalation chain. Grain, for a tally: the first time a case reached each level; for a score: one stay of a case
-- at a level, until the next other level or until it is settled or withdrawn.
--
-- A level that is repeated is the same stay. A bare date is the beginning of its day for a level and the end of it
-- for what settles. A stay that goes on at as-of is `standing`: no score yet.
WITH rule AS (
    SELECT * FROM measure WHERE source = 'levels'
),
-- The time of a bare date is its 00:00, so that the first act is the earliest.
reached AS (
    SELECT r.measure, l.case_id, l.event, MIN(l.day) AS day, MIN(l.at) AS at
    FROM rule r
    INNER JOIN measure_part t ON t.measure = r.measure AND t.part = 'level'
    INNER JOIN level_act l ON l.event = t.event
    CROSS JOIN params p
    WHERE r.kind = 'tally'
    GROUP BY r.measure, l.case_id, l.event, p.in_force_from, p.period_first, p.period_last
    HAVING MIN(l.day) >= p.in_force_from AND MIN(l.day) >= p.period_first AND MIN(l.day) <= p.period_last
),
part AS (
    SELECT
        t.measure,
        t.event,
        t.part,
        ROW_NUMBER() OVER (ORDER BY t.measure NULLS LAST, t.event NULLS LAST, t.part NULLS LAST) AS part_no
    FROM rule r
    INNER JOIN measure_part t ON t.measure = r.measure
    WHERE r.kind = 'score'
),
act AS (
    SELECT t.measure, l.case_id, t.part_no, TRUE AS is_level, l.day, CASE WHEN l.whole_day THEN -1 ELSE 0 END AS day_rank, l.at, l.seq, l.whole_day
    FROM part t
    INNER JOIN level_act l ON l.event = t.event
    WHERE t.part = 'level'
    UNION ALL
    SELECT t.measure, d.case_id, t.part_no, FALSE AS is_level, d.day, CASE WHEN d.whole_day THEN 1 ELSE 0 END AS day_rank, d.at, d.seq, d.whole_day
    FROM part t
    INNER JOIN level_end d ON d.event = t.event
    WHERE t.part = 'end'
),
last_act AS (
    SELECT a.measure, a.case_id, MAX(a.day) AS acted_on, MAX(CASE WHEN a.is_level THEN a.day END) AS reached_on
    FROM act a
    GROUP BY a.measure, a.case_id
),
-- Most stays ended long before: only cases with an act of the period or later, or that nothing settled after their last
-- level. Numbered, so that sorting moves numbers and times alone.
asked AS (
    SELECT l.measure, l.case_id, ROW_NUMBER() OVER (ORDER BY l.acted_on NULLS LAST) AS case_no
    FROM last_act l
    CROSS JOIN params p
    WHERE l.acted_on >= p.period_first OR l.reached_on = l.acted_on
),
seen AS (
    SELECT
        q.case_no, a.part_no, a.is_level, a.day, a.day_rank, a.at, a.seq, a.whole_day,
        LAG(a.part_no) OVER (
            PARTITION BY q.case_no
            ORDER BY a.day NULLS LAST, a.day_rank NULLS LAST, a.at NULLS LAST, a.seq NULLS LAST, a.part_no NULLS LAST
        ) AS part_before
    FROM act a
    INNER JOIN asked q ON q.measure = a.measure AND q.case_id = a.case_id
),
turned AS (
    SELECT
        s.case_no, s.part_no, s.is_level, s.day, s.at,
        LEAD(s.part_no) OVER turn AS next_part_no,
        LEAD(s.at) OVER turn AS next_at,
        LEAD(s.whole_day) OVER turn AS next_whole_day
    FROM seen s
    WHERE s.part_no IS DISTINCT FROM s.part_before
    WINDOW turn AS (
        PARTITION BY s.case_no
        ORDER BY s.day NULLS LAST, s.day_rank NULLS LAST, s.at NULLS LAST, s.seq NULLS LAST, s.part_no NULLS LAST
    )
),
stay AS (
    SELECT
        q.measure, q.case_id, b.event, t.day, t.at,
        f.part AS next_part, f.event AS next_event, CAST(t.next_at AS DATE) AS next_day, t.next_at, t.next_whole_day
    FROM turned t
    INNER JOIN asked q ON q.case_no = t.case_no
    INNER JOIN part b ON b.part_no = t.part_no
    LEFT JOIN part f ON f.part_no = t.next_part_no
    WHERE t.is_level
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
    FROM stay t
    CROSS JOIN params p
    WHERE t.day >= p.in_force_from
      AND (t.next_event IS NULL OR (t.next_day >= p.period_first AND t.next_day <= p.period_last))
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
    LEFT JOIN enterprises n ON n.enterprise_id = c.enterprise_id
)
SELECT * FROM final
