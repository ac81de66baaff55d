-- October 2026 as of its end: submitted or reopened to resolved or returned within 15 working days. At most one
-- extension and one pause per case, as in the exports of synth; whichever began first is applied first.
WITH acts AS (
    SELECT case_id, event, "at", seq, event IN ('submitted', 'reopened') AS starts
    FROM w.case_events
    WHERE event IN ('submitted', 'reopened', 'resolved', 'returned', 'withdrawn') AND "at" <= TIMESTAMP '2026-11-01'
),
touched AS (
    SELECT case_id FROM acts GROUP BY case_id
    HAVING max("at") >= TIMESTAMP '2026-10-01'
        OR max("at") FILTER (starts) >= coalesce(max("at") FILTER (NOT starts), TIMESTAMP '1900-01-01')
),
turns AS (
    SELECT *, lag(starts) OVER (PARTITION BY case_id ORDER BY "at", seq) AS open FROM acts SEMI JOIN touched USING (case_id)
),
clocks AS (
    SELECT *, lead(event) OVER turn AS ended_by, lead("at") OVER turn AS ended_at
    FROM turns WHERE NOT starts OR open IS NULL OR NOT open
    WINDOW turn AS (PARTITION BY case_id ORDER BY "at", seq)
),
opened AS (
    SELECT case_id, event, "at" AS opened_at, CAST("at" AS DATE) AS open_day, ended_by, ended_at
    FROM clocks
    WHERE starts AND "at" >= TIMESTAMP '2023-01-01' AND (ended_at IS NULL OR ended_at >= TIMESTAMP '2026-10-01')
),
extension AS (SELECT case_id, "at" AS x_at, until FROM w.case_events WHERE event = 'extended'),
pause AS (
    SELECT s.case_id, s."at" AS p_at, min(e."at") AS q_at
    FROM w.case_events s
    LEFT JOIN w.case_events e ON e.case_id = s.case_id AND e."at" > s."at"
        AND e.event IN ('resumed', 'resolved', 'returned', 'withdrawn', 'reopened')
    WHERE s.event = 'suspended' GROUP BY ALL
),
beside AS (
    SELECT o.*,
        CASE WHEN x.x_at > o.opened_at AND (o.ended_at IS NULL OR x.x_at < o.ended_at) THEN x.x_at END AS x_at, x.until,
        CASE WHEN (p.q_at IS NULL OR p.q_at > o.opened_at) AND (o.ended_at IS NULL OR p.p_at < o.ended_at) THEN p.p_at END AS p_at,
        p.q_at AS resumed_at
    FROM opened o
    LEFT JOIN extension x ON x.case_id = o.case_id
    LEFT JOIN pause p ON p.case_id = o.case_id
),
due0 AS (
    SELECT b.*, CASE WHEN p_at IS NOT NULL THEN least(resumed_at, ended_at) END AS q_at,
        p_at IS NOT NULL AND resumed_at IS NULL AND ended_at IS NULL AS endless,
        c.ordinal AS open_ordinal, d.day AS due
    FROM beside b
    JOIN cal c ON c.day = b.open_day
    JOIN workday d ON d.ordinal = c.ordinal + 15
),
due1 AS (
    SELECT *, CASE WHEN x_at < due + 1 AND (p_at IS NULL OR x_at < p_at) THEN greatest(due, until) ELSE due END AS d1 FROM due0
),
due2 AS (
    SELECT d.*, p_at <= d1 + 1 AND endless AS standing,
        CASE WHEN q_at IS NULL OR p_at > d1 + 1 THEN 0 ELSE ce.ordinal - cb.ordinal END AS k,
        CASE WHEN q_at IS NULL OR p_at > d1 + 1 THEN d1
             WHEN ce.ordinal = cb.ordinal THEN greatest(d1, CAST(q_at AS DATE))
             ELSE greatest(w.day, CAST(q_at AS DATE)) END AS d2
    FROM due1 d
    LEFT JOIN cal cb ON cb.day = CAST(greatest(d.p_at, d.opened_at) AS DATE)
    LEFT JOIN cal ce ON ce.day = CAST(d.q_at AS DATE)
    LEFT JOIN cal c1 ON c1.day = d.d1
    LEFT JOIN workday w ON w.ordinal = c1.ordinal + ce.ordinal - cb.ordinal
),
due3 AS (
    SELECT *, CASE WHEN x_at < d2 + 1 AND x_at >= p_at THEN greatest(d2, until) ELSE d2 END AS d3,
        (x_at < due + 1 AND (p_at IS NULL OR x_at < p_at) AND until > due) OR (x_at < d2 + 1 AND x_at >= p_at AND until > d2) AS extended
    FROM due2
),
judged AS (
    SELECT d.*, ended_by IN ('resolved', 'returned') AS done, e.ordinal - open_ordinal - k AS took,
        CASE WHEN ended_by IN ('resolved', 'returned') THEN CASE WHEN ended_at <= d3 + 1 THEN 'met' ELSE 'breached' END
             WHEN ended_by = 'withdrawn' THEN CASE WHEN d3 + 1 <= ended_at THEN 'breached' END
             WHEN standing THEN 'pending'
             WHEN d3 + 1 <= TIMESTAMP '2026-11-01' THEN 'breached' ELSE 'pending' END AS outcome
    FROM due3 d LEFT JOIN cal e ON e.day = CAST(d.ended_at AS DATE)
),
final AS (
    SELECT *, CASE WHEN done THEN least(CAST(ended_at AS DATE), d3) ELSE greatest(open_day, d3) END AS decided
    FROM judged WHERE outcome IS NOT NULL
)
SELECT count(*) FILTER (WHERE outcome IN ('met', 'breached')) AS n,
    count(*) FILTER (WHERE outcome = 'met') AS met,
    count(*) FILTER (WHERE outcome = 'breached') AS breached,
    count(*) FILTER (WHERE outcome = 'pending') AS pending,
    count(*) FILTER (WHERE extended) AS extended,
    avg(took) FILTER (WHERE done AND outcome <> 'pending') AS mean,
    quantile_cont(took, 0.5) FILTER (WHERE done AND outcome <> 'pending') AS median,
    quantile_cont(took, 0.9) FILTER (WHERE done AND outcome <> 'pending') AS p90,
    max(took) FILTER (WHERE done AND outcome <> 'pending') AS max
FROM final
WHERE outcome = 'pending' OR decided BETWEEN DATE '2026-10-01' AND DATE '2026-10-31'
