-- Real difficulties settled. Grain: one case that reached one of the levels of deed_level, whose clock (the measure
-- deed_rule.settled) ended by being resolved within the rule's days, and of which every evaluation under the measure
-- deed_rule.satisfied, at least one, is satisfied. Who answers for the clock did it.
WITH raised AS (
    SELECT e.case_id, max_by(l.event, l.position) AS level
    FROM case_events e JOIN deed_level l ON l.event = e.event
    GROUP BY e.case_id
),
settled AS (
    SELECT v.person_id, v.unit, split_part(v.record, '/', 2) AS case_id, v.opened_at, v.done_at
    FROM evidence v JOIN deed_rule r ON r.settled = v.measure
    WHERE v.ended_by = 'resolved' AND v.done_at IS NOT NULL AND v.decided_on BETWEEN r.first_day AND r.last_day
    QUALIFY row_number() OVER (PARTITION BY v.record ORDER BY v.done_at DESC, v.opened_at DESC) = 1
),
judged AS (
    SELECT u.case_id, bool_and(v.outcome = 'met') AS satisfied
    FROM evidence v
    JOIN deed_rule r ON r.satisfied = v.measure
    JOIN evaluations u ON 'evaluations/' || u.evaluation_id = v.record
    WHERE u.case_id IS NOT NULL AND v.outcome IN ('met', 'breached')
    GROUP BY u.case_id
)
SELECT s.person_id, s.unit, s.case_id, c.title, n.name AS enterprise, w.level, c.submitted_at, s.done_at AS settled_at,
    s.opened_at
FROM settled s
JOIN raised w ON w.case_id = s.case_id
JOIN judged j ON j.case_id = s.case_id AND j.satisfied
JOIN cases c ON c.case_id = s.case_id
LEFT JOIN enterprises n ON n.enterprise_id = c.enterprise_id
ORDER BY s.case_id
