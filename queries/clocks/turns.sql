-- The acts of cases put into order. Grain: one start that opens an obligation, with the act that ends it, if any; those
-- that ended before the horizon are left out.
--
-- The order of a case's acts is (day, bare-date starts first and bare-date ends last, time, seq). In that order a
-- start opens an obligation unless one is open (a reminder is no new clock); the next act that is not a start ends
-- it: an `end` does it, a `close` (withdrawn, settled over an open assignment, …) breaks it off.
WITH rule AS (
    SELECT * FROM measure WHERE kind = 'deadline' AND source = 'cases'
),
part AS (
    SELECT
        t.measure,
        t.event,
        t.part,
        t.part = 'start' AS starts,
        r.per_unit,
        r.redispatch,
        ROW_NUMBER() OVER (ORDER BY t.measure NULLS LAST, t.event NULLS LAST, t.part NULLS LAST) AS part_no
    FROM measure_part t
    INNER JOIN rule r ON r.measure = t.measure
),
-- Numbers and times alone, so that sorting moves little. What closes every department's clock of a case is repeated for
-- each of them.
act AS (
    SELECT
        y.party_no,
        t.part_no,
        t.starts,
        CASE WHEN t.redispatch OR t.starts THEN e.unit END AS unit,
        t.redispatch,
        CASE WHEN NOT e.whole_day THEN 0 WHEN t.starts THEN -1 ELSE 1 END AS day_rank,
        e.day,
        e.at,
        e.seq,
        e.whole_day
    FROM touched y
    INNER JOIN part t ON t.measure = y.measure
    INNER JOIN touched_events e ON e.case_id = y.case_id AND e.event = t.event
    CROSS JOIN params p
    WHERE (NOT t.starts OR e.day >= p.in_force_from)
      AND (NOT t.per_unit OR t.part = 'close' OR COALESCE(e.unit, '') = y.party)
),
seen AS (
    SELECT
        a.*,
        LAG(a.starts) OVER turn AS starts_before,
        LAG(a.unit) OVER turn AS unit_before
    FROM act a
    WINDOW turn AS (
        PARTITION BY a.party_no
        ORDER BY a.day NULLS LAST, a.day_rank NULLS LAST, a.at NULLS LAST, a.seq NULLS LAST, a.part_no NULLS LAST
    )
),
turned AS (
    SELECT
        s.*,
        LEAD(s.part_no) OVER turn AS next_part_no,
        LEAD(s.at) OVER turn AS next_at,
        LEAD(s.whole_day) OVER turn AS next_whole_day,
        LEAD(s.day_rank) OVER turn AS next_day_rank,
        LEAD(s.seq) OVER turn AS next_seq,
        ROW_NUMBER() OVER turn AS turn_no
    FROM seen s
    WHERE NOT s.starts OR s.starts_before IS NULL OR NOT s.starts_before
       OR (s.redispatch AND s.unit IS DISTINCT FROM s.unit_before)
    WINDOW turn AS (
        PARTITION BY s.party_no
        ORDER BY s.day NULLS LAST, s.day_rank NULLS LAST, s.at NULLS LAST, s.seq NULLS LAST, s.part_no NULLS LAST
    )
)
SELECT
    t.party_no,
    t.turn_no,
    b.event,
    t.unit,
    t.day,
    t.at,
    t.seq,
    t.whole_day,
    f.part AS next_part,
    f.event AS next_event,
    t.next_at,
    t.next_whole_day,
    t.next_day_rank,
    t.next_seq
FROM turned t
INNER JOIN part b ON b.part_no = t.part_no
LEFT JOIN part f ON f.part_no = t.next_part_no
CROSS JOIN horizon z
WHERE t.starts AND (t.next_at IS NULL OR t.next_at >= z.day)
