-- October 2026 as of its end: a department's reply or return within 3 working days of the assignment to it.
WITH acts AS (
    SELECT case_id, unit, event, "at", seq, event = 'assigned' AS starts
    FROM w.case_events
    WHERE event IN ('assigned', 'department_replied', 'department_returned') AND "at" <= TIMESTAMP '2026-11-01'
),
party AS (
    SELECT case_id, unit FROM acts GROUP BY case_id, unit
    HAVING bool_or(starts) AND (max("at") >= TIMESTAMP '2026-10-01'
        OR max("at") FILTER (starts) >= coalesce(max("at") FILTER (NOT starts), TIMESTAMP '1900-01-01'))
),
every AS (
    SELECT * FROM acts SEMI JOIN party USING (case_id, unit)
    UNION ALL
    SELECT e.case_id, p.unit, e.event, e."at", e.seq, FALSE
    FROM w.case_events e JOIN party p ON p.case_id = e.case_id
    WHERE e.event IN ('resolved', 'returned', 'withdrawn') AND e."at" <= TIMESTAMP '2026-11-01'
),
turns AS (
    SELECT *, lag(starts) OVER (PARTITION BY case_id, unit ORDER BY "at", seq) AS open FROM every
),
clocks AS (
    SELECT *, lead(event) OVER turn AS ended_by, lead("at") OVER turn AS ended_at
    FROM turns WHERE NOT starts OR open IS NULL OR NOT open
    WINDOW turn AS (PARTITION BY case_id, unit ORDER BY "at", seq)
),
opened AS (
    SELECT case_id, "at" AS opened_at, CAST("at" AS DATE) AS open_day, ended_by, ended_at
    FROM clocks
    WHERE starts AND "at" >= TIMESTAMP '2023-01-01' AND (ended_at IS NULL OR ended_at >= TIMESTAMP '2026-10-01')
),
pause AS (
    SELECT s.case_id, s."at" AS p_at, min(e."at") AS q_at
    FROM w.case_events s
    LEFT JOIN w.case_events e ON e.case_id = s.case_id AND e."at" > s."at"
        AND e.event IN ('resumed', 'resolved', 'returned', 'withdrawn', 'reopened')
    WHERE s.event = 'suspended' GROUP BY ALL
),
beside AS (
    SELECT o.*,
        CASE WHEN (p.q_at IS NULL OR p.q_at > o.opened_at) AND (o.ended_at IS NULL OR p.p_at < o.ended_at) THEN p.p_at END AS p_at,
        p.q_at AS resumed_at
    FROM opened o
    LEFT JOIN pause p ON p.case_id = o.case_id
),
due0 AS (
    SELECT b.*, CASE WHEN p_at IS NOT NULL THEN least(resumed_at, ended_at) END AS q_at,
        p_at IS NOT NULL AND resumed_at IS NULL AND ended_at IS NULL AS endless,
        c.ordinal AS open_ordinal, d.day AS due
    FROM beside b
    JOIN cal c ON c.day = b.open_day
    JOIN workday d ON d.ordinal = c.ordinal + 3
),
due1 AS (
    SELECT d.*, p_at <= due + 1 AND endless AS standing,
        CASE WHEN q_at IS NULL OR p_at > due + 1 THEN 0 ELSE ce.ordinal - cb.ordinal END AS k,
        CASE WHEN q_at IS NULL OR p_at > due + 1 THEN due
             WHEN ce.ordinal = cb.ordinal THEN greatest(due, CAST(q_at AS DATE))
             ELSE greatest(w.day, CAST(q_at AS DATE)) END AS d1
    FROM due0 d
    LEFT JOIN cal cb ON cb.day = CAST(greatest(d.p_at, d.opened_at) AS DATE)
    LEFT JOIN cal ce ON ce.day = CAST(d.q_at AS DATE)
    LEFT JOIN cal c1 ON c1.day = d.due
    LEFT JOIN workday w ON w.ordinal = c1.ordinal + ce.ordinal - cb.ordinal
),
judged AS (
    SELECT d.*, ended_by LIKE 'department%' AS done, e.ordinal - open_ordinal - k AS took,
        CASE WHEN ended_by LIKE 'department%' THEN CASE WHEN ended_at <= d1 + 1 THEN 'met' ELSE 'breached' END
             WHEN ended_by IS NOT NULL THEN CASE WHEN d1 + 1 <= ended_at THEN 'breached' END
             WHEN standing THEN 'pending'
             WHEN d1 + 1 <= TIMESTAMP '2026-11-01' THEN 'breached' ELSE 'pending' END AS outcome
    FROM due1 d LEFT JOIN cal e ON e.day = CAST(d.ended_at AS DATE)
),
final AS (
    SELECT *, CASE WHEN done THEN least(CAST(ended_at AS DATE), d1) ELSE greatest(open_day, d1) END AS decided
    FROM judged WHERE outcome IS NOT NULL
)
SELECT count(*) FILTER (WHERE outcome IN ('met', 'breached')) AS n,
    count(*) FILTER (WHERE outcome = 'met') AS met,
    count(*) FILTER (WHERE outcome = 'breached') AS breached,
    count(*) FILTER (WHERE outcome = 'pending') AS pending,
    0 AS extended,
    avg(took) FILTER (WHERE done AND outcome <> 'pending') AS mean,
    quantile_cont(took, 0.5) FILTER (WHERE done AND outcome <> 'pending') AS median,
    quantile_cont(took, 0.9) FILTER (WHERE done AND outcome <> 'pending') AS p90,
    max(took) FILTER (WHERE done AND outcome <> 'pending') AS max
FROM final
WHERE outcome = 'pending' OR decided BETWEEN DATE '2026-10-01' AND DATE '2026-10-31'
