-- What ends the stays of cases at a level, of those that ever reached one. Grain: one event. A tally of levels asks for no
-- ends: of these alone there is nothing to look for.
WITH wanted AS (
    SELECT DISTINCT t.event
    FROM measure_part t
    INNER JOIN measure r ON r.measure = t.measure
    WHERE r.source = 'levels' AND r.kind = 'score' AND t.part = 'end'
),
-- Joined with the rule for the scan's sake (see events.sql).
wanted_case AS (
    SELECT DISTINCT l.case_id
    FROM level_act l
    INNER JOIN measure_part t ON t.event = l.event
    WHERE t.part = 'level'
)
SELECT e.case_id, e.event, e.day, e.at, e.seq, e.whole_day
FROM case_events e
INNER JOIN wanted w ON w.event = e.event
INNER JOIN wanted_case y ON y.case_id = e.case_id
