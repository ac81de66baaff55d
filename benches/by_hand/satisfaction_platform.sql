-- October 2026: evaluations on the platform and the good-or-bad review; satisfied from grade 3.
SELECT count(*) AS n,
    count(*) FILTER (WHERE v.grade >= 3) AS met,
    count(*) FILTER (WHERE v.grade < 3) AS breached,
    NULL AS pending,
    NULL AS extended,
    avg(v.grade) AS mean,
    quantile_cont(v.grade, 0.5) AS median,
    quantile_cont(v.grade, 0.9) AS p90,
    max(v.grade) AS max
FROM w.evaluations v
LEFT JOIN w.cases c ON c.case_id = v.case_id AND c.submitted_at <= TIMESTAMP '2026-11-01'
WHERE coalesce(v.channel, c.channel) IN ('platform', 'good_bad_review') AND v.grade IS NOT NULL
    AND v."at" >= TIMESTAMP '2026-10-01' AND v."at" < TIMESTAMP '2026-11-01'
