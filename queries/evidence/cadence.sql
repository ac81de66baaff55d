-- Regular acts. Grain: one slot (week, month, quarter, a given weekday) that a person, an enterprise or the
-- district owes. A person owes it who on every day of it held an enterprise in scope and was active; an enterprise
-- that was in scope on every day. A slot that is not over at as-of is pending; one without a working day is not owed.
-- A score of the same slots is how many days with acts there were in a week of it, on average; there none is pending.
WITH rule AS (
    SELECT * FROM measure WHERE source = 'diary' AND slot IS NOT NULL
),
day_of AS (
    SELECT
        r.measure,
        CASE r.slot WHEN 'week' THEN c.iso_week WHEN 'month' THEN c.month WHEN 'quarter' THEN c.quarter
                    ELSE CAST(c.day AS VARCHAR) END AS slot,
        c.day,
        c.is_workday
    FROM rule r
    CROSS JOIN params p
    INNER JOIN calendar c
        ON c.day >= CAST(LEAST(p.period_first, p.as_of_day) - INTERVAL '100' DAY AS DATE)
       AND c.day <= CAST(GREATEST(p.period_last, p.as_of_day) + INTERVAL '100' DAY AS DATE)
    WHERE r.slot <> 'weekday' OR (c.weekday = r.slot_weekday AND (NOT r.slot_working OR c.is_workday IS NULL OR c.is_workday))
),
slot AS (
    SELECT
        d.measure,
        d.slot,
        MIN(d.day) AS first_day,
        MAX(d.day) AS last_day,
        COUNT(*) AS days,
        BOOL_OR(d.is_workday) AS has_workday,
        COUNT(*) FILTER (WHERE d.is_workday IS NULL) AS unknown_days
    FROM day_of d
    GROUP BY d.measure, d.slot
),
asked AS (
    SELECT
        s.*,
        CAST(CAST(s.last_day + INTERVAL '1' DAY AS DATE) AS TIMESTAMP) > p.as_of OR (s.unknown_days > 0 AND NOT COALESCE(s.has_workday, FALSE)) AS undecided
    FROM slot s
    CROSS JOIN params p
    WHERE s.first_day >= p.in_force_from
      AND s.first_day <= p.as_of_day
      AND (COALESCE(s.has_workday, FALSE) OR s.unknown_days > 0)
      AND (CAST(CAST(s.last_day + INTERVAL '1' DAY AS DATE) AS TIMESTAMP) > p.as_of OR (s.last_day >= p.period_first AND s.last_day <= p.period_last))
),
-- Days after as-of too: an end that is not known yet is read as none.
asked_day AS (
    SELECT a.measure, a.slot, d.day, COUNT(*) OVER (PARTITION BY a.measure, a.slot) AS days
    FROM asked a
    INNER JOIN day_of d ON d.measure = a.measure AND d.slot = a.slot
),
-- Persons: the days of the slot on which they held something in scope, were active, and not away without a deputy.
-- Of most holdings the days asked about are the same: what a person has is made one before it is laid out by day.
window_of AS (
    SELECT t.measure, r.subject_role, MIN(t.day) AS first_day, MAX(t.day) AS last_day
    FROM asked_day t
    INNER JOIN rule r ON r.measure = t.measure AND r.subject = 'person'
    GROUP BY t.measure, r.subject_role
),
held AS (
    SELECT DISTINCT
        w.measure,
        h.holder_id AS person_id,
        GREATEST(h.first_day, n.in_scope_from, o.active_from, w.first_day) AS first_day,
        LEAST(CAST(h.end_day - INTERVAL '1' DAY AS DATE), n.in_scope_to, o.active_to, w.last_day) AS last_day
    FROM window_of w
    INNER JOIN holdings h
        ON h.role = w.subject_role AND h.holder_id IS NOT NULL AND h.first_day <= w.last_day AND w.first_day < h.end_day
    INNER JOIN enterprises n ON n.enterprise_id = h.enterprise_id AND n.listed
    INNER JOIN people o ON o.person_id = h.holder_id
),
held_day AS (
    SELECT DISTINCT t.measure, t.slot, t.day, t.days, h.person_id
    FROM asked_day t
    INNER JOIN held h ON h.measure = t.measure AND h.first_day <= t.day AND t.day <= h.last_day
    LEFT JOIN absences b
        ON b.person_id = h.person_id AND b.deputy_id IS NULL AND b.first_day <= t.day AND t.day <= b.last_day
    WHERE b.person_id IS NULL
),
owed_by_person AS (
    SELECT measure, slot, person_id, CAST(NULL AS VARCHAR) AS enterprise_id
    FROM held_day
    GROUP BY measure, slot, person_id, days
    HAVING COUNT(*) = days
),
-- Enterprises: in scope on every day of the slot; not owed if on some day every holder is away without a deputy.
candidate AS (
    SELECT a.measure, a.slot, n.enterprise_id
    FROM asked a
    INNER JOIN rule r ON r.measure = a.measure AND r.subject = 'enterprise'
    INNER JOIN enterprises n ON n.listed AND n.in_scope_from <= a.first_day AND a.last_day <= n.in_scope_to
    LEFT JOIN measure_word w4 ON w4.measure = r.measure AND w4.list = 'stage' AND w4.word = n.stage
    LEFT JOIN measure_word w5 ON w5.measure = r.measure AND w5.list = 'tier' AND w5.word = n.tier
    WHERE (w4.word IS NOT NULL OR NOT r.where_stage) AND (w5.word IS NOT NULL OR NOT r.where_tier)
),
-- Days on which one of the holders is away: only on these may all be.
one_away AS (
    SELECT DISTINCT c.measure, c.slot, c.enterprise_id, t.day
    FROM candidate c
    INNER JOIN measure_word a ON a.measure = c.measure AND a.list = 'acts_role'
    INNER JOIN holdings h ON h.enterprise_id = c.enterprise_id AND h.role = a.word
    INNER JOIN absences b ON b.person_id = h.holder_id AND b.deputy_id IS NULL
    INNER JOIN asked_day t
        ON t.measure = c.measure AND t.slot = c.slot
       AND h.first_day <= t.day AND t.day < h.end_day AND b.first_day <= t.day AND t.day <= b.last_day
),
all_away AS (
    SELECT w.measure, w.slot, w.enterprise_id, w.day
    FROM one_away w
    INNER JOIN measure_word a ON a.measure = w.measure AND a.list = 'acts_role'
    INNER JOIN holdings h
        ON h.enterprise_id = w.enterprise_id AND h.role = a.word AND h.first_day <= w.day AND w.day < h.end_day
    LEFT JOIN absences b
        ON b.person_id = h.holder_id AND b.deputy_id IS NULL AND b.first_day <= w.day AND w.day <= b.last_day
    GROUP BY w.measure, w.slot, w.enterprise_id, w.day
    HAVING COUNT(*) FILTER (WHERE b.person_id IS NULL) = 0
),
owed_by_enterprise AS (
    SELECT c.measure, c.slot, CAST(NULL AS VARCHAR) AS person_id, c.enterprise_id
    FROM candidate c
    LEFT JOIN (SELECT DISTINCT measure, slot, enterprise_id FROM all_away) x
        ON x.measure = c.measure AND x.slot = c.slot AND x.enterprise_id = c.enterprise_id
    WHERE x.measure IS NULL
),
owed AS (
    SELECT * FROM owed_by_person
    UNION ALL
    SELECT * FROM owed_by_enterprise
    UNION ALL
    SELECT a.measure, a.slot, CAST(NULL AS VARCHAR), CAST(NULL AS VARCHAR)
    FROM asked a
    INNER JOIN rule r ON r.measure = a.measure AND r.subject = 'district'
),
-- Acts of the right kinds, each in the slot of the day it counts for.
written AS (
    SELECT t.measure, t.slot, t.day, d.entry_id, d.person_id, d.enterprise_id, d.served_on, d.kind
    FROM rule r
    INNER JOIN asked_day t ON t.measure = r.measure
    INNER JOIN diary d ON d.written_on = t.day
    WHERE r.count_by = 'written'
),
served AS (
    SELECT t.measure, t.slot, t.day, d.entry_id, d.person_id, d.enterprise_id, d.served_on, d.kind
    FROM rule r
    INNER JOIN asked_day t ON t.measure = r.measure
    INNER JOIN diary d ON d.served_on = t.day
    WHERE r.count_by <> 'written'
),
entry AS (
    SELECT DISTINCT e.measure, e.slot, r.subject, e.entry_id, e.person_id, e.enterprise_id, e.day, r.acts_by, e.served_on
    FROM (SELECT * FROM written UNION ALL SELECT * FROM served) e
    INNER JOIN rule r ON r.measure = e.measure
    LEFT JOIN measure_word w ON w.measure = r.measure AND w.list = 'act_kind' AND w.word = e.kind
    WHERE w.word IS NOT NULL OR NOT r.where_act_kind
),
act AS (
    SELECT e.measure, e.slot, e.subject, e.entry_id, e.person_id, e.enterprise_id, e.day
    FROM entry e
    WHERE e.acts_by <> 'role'
    UNION
    SELECT e.measure, e.slot, e.subject, e.entry_id, e.person_id, e.enterprise_id, e.day
    FROM entry e
    LEFT JOIN people o ON o.person_id = e.person_id
    INNER JOIN measure_word a ON a.measure = e.measure AND a.list = 'acts_role'
    INNER JOIN holdings h
        ON h.enterprise_id = e.enterprise_id AND h.role = a.word
       AND h.first_day <= e.served_on AND e.served_on < h.end_day
       AND (h.holder_id = e.person_id OR (h.holder_id IS NULL AND h.unit = o.unit))
    WHERE e.acts_by = 'role'
),
counted AS (
    SELECT measure, slot, subject, person_id, enterprise_id, COUNT(*) AS acts, COUNT(DISTINCT day) AS act_days
    FROM (
        SELECT measure, slot, subject, day,
               CASE WHEN subject = 'person' THEN person_id END AS person_id,
               CASE WHEN subject = 'enterprise' THEN enterprise_id END AS enterprise_id
        FROM act
    ) a
    GROUP BY measure, slot, subject, person_id, enterprise_id
),
final AS (
    SELECT
        o.measure,
        CASE r.subject WHEN 'person' THEN 'people/' || o.person_id || '/' || o.slot
                       WHEN 'enterprise' THEN 'enterprises/' || o.enterprise_id || '/' || o.slot
                       ELSE 'district/' || o.slot END AS record,
        CASE WHEN r.answers = 'author' THEN o.person_id END AS person_id,
        CASE WHEN r.answers = 'unit' THEN r.answers_unit END AS unit,
        CASE WHEN r.answers = 'role' AND r.subject = 'enterprise' THEN r.answers_role END AS answers_role,
        o.enterprise_id,
        CAST(NULL AS VARCHAR) AS category,
        CAST(NULL AS VARCHAR) AS class,
        CAST(NULL AS VARCHAR) AS channel,
        n.stage,
        n.tier,
        CAST(s.first_day AS TIMESTAMP) AS opened_at,
        CASE WHEN r.kind = 'cadence' THEN s.last_day END AS due_day,
        CASE WHEN r.kind = 'cadence' THEN CAST(CAST(s.last_day + INTERVAL '1' DAY AS DATE) AS TIMESTAMP) END AS due_at,
        CAST(NULL AS TIMESTAMP) AS done_at,
        CASE WHEN NOT s.undecided THEN s.last_day END AS decided_on,
        CASE
            WHEN s.undecided THEN 'pending'
            WHEN r.kind = 'score' AND r.satisfied IS NULL THEN NULL
            WHEN r.kind = 'score' THEN CASE WHEN CAST(COALESCE(c.act_days, 0) * 7 AS DOUBLE) / NULLIF(s.days, 0) >= r.satisfied
                THEN 'met' ELSE 'breached' END
            WHEN COALESCE(CASE WHEN r.at_least > 1 THEN c.act_days ELSE c.acts END, 0) >= r.at_least THEN 'met'
            ELSE 'breached'
        END AS outcome,
        CASE WHEN r.kind = 'score' THEN CAST(COALESCE(c.act_days, 0) * 7 AS DOUBLE) / NULLIF(s.days, 0)
             ELSE CAST(COALESCE(CASE WHEN r.at_least > 1 THEN c.act_days ELSE c.acts END, 0) AS DOUBLE) END AS value,
        CAST(NULL AS DOUBLE) AS weight,
        FALSE AS shared,
        FALSE AS extended,
        CAST(0 AS DOUBLE) AS paused
    FROM owed o
    INNER JOIN rule r ON r.measure = o.measure
    INNER JOIN asked s ON s.measure = o.measure AND s.slot = o.slot
    LEFT JOIN enterprises n ON n.enterprise_id = o.enterprise_id
    LEFT JOIN counted c
        ON c.measure = o.measure AND c.slot = o.slot AND c.subject = r.subject
       AND c.person_id IS NOT DISTINCT FROM o.person_id AND c.enterprise_id IS NOT DISTINCT FROM o.enterprise_id
    WHERE r.kind = 'cadence' OR NOT s.undecided
)
SELECT * FROM final
