-- Cases of which a clock may have an obligation in what is asked. Grain: one measure and case; party is '' (the measures
-- that run one clock per department: touched_units.sql). party_no numbers the rows within the session: what follows is
-- sorted and joined by it, a number in place of three texts.
--
-- Most clocks ended long before, so that acts are looked at by their keys first: one of them lies on or after the first
-- day asked, or the last is a start. Looser than the clocks themselves (opened.sql), which keep to the day of force.
WITH rule AS (
    SELECT r.measure, DENSE_RANK() OVER (ORDER BY r.measure NULLS LAST) AS measure_no
    FROM measure r
    WHERE r.kind = 'deadline' AND r.source = 'cases' AND NOT r.per_unit
),
part AS (
    SELECT r.measure_no, t.event, t.part = 'start' AS starts
    FROM measure_part t
    INNER JOIN rule r ON r.measure = t.measure
),
last_act AS (
    SELECT
        t.measure_no,
        e.case_id,
        MAX(e.at) AS acted_at,
        MAX(CASE WHEN t.starts THEN e.at END) AS started_at
    FROM case_events e
    INNER JOIN part t ON t.event = e.event
    GROUP BY t.measure_no, e.case_id
),
-- Numbered before the name of the measure is fetched, which few of the keys need.
numbered AS (
    SELECT a.measure_no, a.case_id, ROW_NUMBER() OVER (ORDER BY a.acted_at NULLS LAST) AS party_no
    FROM last_act a
    CROSS JOIN horizon z
    WHERE a.started_at IS NOT NULL AND (a.acted_at >= z.day OR a.started_at = a.acted_at)
)
SELECT r.measure, n.case_id, '' AS party, n.party_no
FROM numbered n
INNER JOIN rule r ON r.measure_no = n.measure_no
