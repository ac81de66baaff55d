-- Figures: evidence folded by each dimension that fold_by names. Grain: one dimension, measure and subject; the vacuum
-- is null.
--
-- n: met + breached (scores, tallies, loads: rows). Sums are of exact decimals, so that a figure does not depend on
-- the number of threads. Wilson interval with z = 1.959963984540054, exactly 0 and 1 at the ends.
--
-- A tally of changes is a rate: its denominator is the enterprise-years in scope of the subject's enterprises (by month
-- that month's), as `exposure` has them (exposure.sql); where a row lacks the dimension, the district's.
--
-- A sampled measure has no met and breached: rate, interval and mean follow from the design of its sample (design_rate).
WITH placed AS (
    SELECT
        b.dimension,
        e.measure,
        CASE b.dimension
            WHEN 'district' THEN 'district'
            WHEN 'person' THEN e.person_id
            WHEN 'unit' THEN e.unit
            WHEN 'enterprise' THEN e.enterprise_id
            WHEN 'area' THEN n.area
            WHEN 'industry' THEN n.industry
            WHEN 'category' THEN e.category
            WHEN 'class' THEN e.class
            WHEN 'tier' THEN n.tier
            WHEN 'stage' THEN e.stage
            WHEN 'channel' THEN e.channel
            WHEN 'month' THEN c.month
        END AS subject_id,
        e.outcome,
        e.value,
        e.extended,
        CASE WHEN m.kind IN ('score', 'tally', 'load', 'integrity') OR e.outcome IN ('met', 'breached') THEN 1 ELSE 0 END AS in_n
    FROM evidence e
    INNER JOIN measure m ON m.measure = e.measure
    CROSS JOIN fold_by b
    LEFT JOIN enterprises n ON n.enterprise_id = e.enterprise_id
    LEFT JOIN calendar c ON c.day = e.decided_on
),
counted AS (
    SELECT
        dimension,
        measure,
        subject_id,
        SUM(in_n) AS n,
        COUNT(*) FILTER (WHERE outcome = 'met') AS met,
        COUNT(*) FILTER (WHERE outcome = 'breached') AS breached,
        COUNT(*) FILTER (WHERE outcome = 'pending') AS pending,
        COUNT(*) FILTER (WHERE outcome = 'unmeasurable') AS unmeasurable,
        COUNT(*) FILTER (WHERE extended) AS extended,
        COUNT(CASE WHEN in_n = 1 THEN value END) AS value_count,
        SUM(CAST(CASE WHEN in_n = 1 THEN value END AS DECIMAL(28, 9))) AS total,
        PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY CASE WHEN in_n = 1 THEN value END) AS median,
        PERCENTILE_CONT(0.9) WITHIN GROUP (ORDER BY CASE WHEN in_n = 1 THEN value END) AS p90,
        MAX(CASE WHEN in_n = 1 THEN value END) AS max_value
    FROM placed
    GROUP BY dimension, measure, subject_id
),
subject AS (
    SELECT dimension, measure, subject_id FROM counted
    UNION
    SELECT b.dimension, m.measure, 'district' FROM measure m CROSS JOIN fold_by b WHERE b.dimension = 'district'
),
filled AS (
    SELECT
        s.dimension,
        m.measure,
        m.kind,
        s.subject_id,
        COALESCE(c.n, 0) AS n,
        CASE WHEN m.kind NOT IN ('tally', 'integrity') AND (m.kind <> 'score' OR m.satisfied IS NOT NULL) AND NOT m.sampled THEN COALESCE(c.met, 0) END AS met,
        CASE WHEN m.kind NOT IN ('tally', 'integrity') AND (m.kind <> 'score' OR m.satisfied IS NOT NULL) AND NOT m.sampled THEN COALESCE(c.breached, 0) END AS breached,
        CASE WHEN m.kind IN ('deadline', 'cadence', 'completeness') THEN COALESCE(c.pending, 0) END AS pending,
        CASE WHEN m.kind = 'deadline' THEN COALESCE(c.unmeasurable, 0) END AS unmeasurable,
        CASE WHEN m.kind = 'deadline' THEN COALESCE(c.extended, 0) END AS extended,
        m.sampled,
        CASE WHEN NOT m.sampled THEN CAST(c.total AS DOUBLE) / NULLIF(CAST(c.value_count AS DOUBLE), 0) END AS mean,
        CASE WHEN NOT m.sampled THEN c.median END AS median,
        CASE WHEN NOT m.sampled THEN c.p90 END AS p90,
        c.max_value
    FROM subject s
    INNER JOIN measure m ON m.measure = s.measure
    LEFT JOIN counted c
        ON c.dimension = s.dimension AND c.measure = s.measure AND c.subject_id IS NOT DISTINCT FROM s.subject_id
),
divided AS (
    SELECT
        f.*,
        CASE
            WHEN f.kind <> 'tally' OR m.source <> 'changes' THEN CAST(NULL AS DOUBLE)
            WHEN f.subject_id IS NULL OR f.dimension NOT IN ('enterprise', 'area', 'industry', 'tier', 'stage', 'month')
                THEN CAST(COALESCE(w.days, 0) AS DOUBLE) / 365
            ELSE CAST(COALESCE(x.days, 0) AS DOUBLE) / 365
        END AS denominator
    FROM filled f
    INNER JOIN measure m ON m.measure = f.measure
    LEFT JOIN exposure w ON w.dimension = 'whole'
    LEFT JOIN exposure x ON x.dimension = f.dimension AND x.subject_id = f.subject_id
),
rated AS (
    SELECT
        f.*,
        CASE WHEN f.denominator IS NOT NULL THEN CAST(f.n AS DOUBLE) / NULLIF(f.denominator, 0)
             ELSE CAST(f.met AS DOUBLE) / NULLIF(CAST(f.n AS DOUBLE), 0) END AS rate,
        CAST(3.841458820694124 AS DOUBLE) / NULLIF(CAST(f.n AS DOUBLE), 0) AS z2_by_n
    FROM divided f
)
SELECT
    r.measure,
    r.kind,
    r.dimension AS by_dimension,
    r.subject_id,
    CASE WHEN r.dimension IN ('person', 'enterprise') THEN s.name ELSE r.subject_id END AS subject_name,
    r.n,
    r.met,
    r.breached,
    r.pending,
    r.unmeasurable,
    r.extended,
    CASE WHEN r.sampled THEN d.rate ELSE r.rate END AS rate,
    CASE
        WHEN r.sampled THEN d.ci_low
        WHEN r.rate IS NULL OR r.met IS NULL THEN NULL
        WHEN r.met = 0 THEN 0
        ELSE (r.rate + r.z2_by_n / 2 - SQRT(r.z2_by_n * (r.rate * (1 - r.rate) + r.z2_by_n / 4))) / NULLIF(1 + r.z2_by_n, 0)
    END AS ci_low,
    CASE
        WHEN r.sampled THEN d.ci_high
        WHEN r.rate IS NULL OR r.met IS NULL THEN NULL
        WHEN r.met = r.n THEN 1
        ELSE (r.rate + r.z2_by_n / 2 + SQRT(r.z2_by_n * (r.rate * (1 - r.rate) + r.z2_by_n / 4))) / NULLIF(1 + r.z2_by_n, 0)
    END AS ci_high,
    CASE WHEN r.sampled THEN d.mean ELSE r.mean END AS mean,
    r.median,
    r.p90,
    r.max_value,
    r.denominator
FROM rated r
LEFT JOIN design_rate d
    ON d.measure = r.measure AND d.dimension = r.dimension AND d.subject_id IS NOT DISTINCT FROM r.subject_id
LEFT JOIN subject_name s ON s.dimension = r.dimension AND s.subject_id = r.subject_id
ORDER BY r.dimension NULLS LAST, r.measure NULLS LAST, r.subject_id NULLS LAST
