-- When cases reached a level. Grain: one event that is a level of some measure.
WITH wanted AS (
    SELECT DISTINCT t.event
    FROM measure_part t
    INNER JOIN measure r ON r.measure = t.measure
    WHERE r.source = 'levels' AND t.part = 'level'
)
SELECT e.case_id, e.event, e.day, e.at, e.seq, e.whole_day
FROM case_events e
INNER JOIN wanted w ON w.event = e.event
