-- Events of the cases whose clocks are looked at: acts of their measures, what moves a due, and, where departments
-- answer, what names one. Grain: one event.
WITH wanted AS (
    SELECT t.event
    FROM measure_part t
    INNER JOIN measure r ON r.measure = t.measure AND r.kind = 'deadline' AND r.source = 'cases'
    UNION
    SELECT w.event
    FROM (VALUES ('extended'), ('suspended'), ('resumed'), ('resolved'), ('returned'), ('withdrawn'), ('reopened')) AS w (event)
    UNION
    SELECT w.event
    FROM (VALUES ('dispatched'), ('assigned'), ('accepted')) AS w (event)
    INNER JOIN measure r ON r.answers = 'event_unit' OR r.redispatch
),
-- DuckDB lets the scan skip other cases (a Bloom filter) only where what it joins is itself a selection: hence the rule.
wanted_case AS (
    SELECT DISTINCT y.case_id
    FROM touched y
    INNER JOIN measure r ON r.measure = y.measure
    WHERE r.kind = 'deadline'
)
SELECT e.case_id, e.seq, e.event, e.at, e.day, e.whole_day, e.unit, e.until
FROM case_events e
INNER JOIN wanted w ON w.event = e.event
INNER JOIN wanted_case y ON y.case_id = e.case_id
