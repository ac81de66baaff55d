-- Rows of sampled measures, by each dimension that fold_by names. Grain: one evidence row and dimension; the vacuum is
-- null.
--
-- What a sample says of all is no fold of SQL: rate and interval follow from the design (stratum, weight), are computed
-- outside and come back as design_rate, which figures.sql joins.
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
    e.record,
    e.outcome,
    e.value
FROM evidence e
INNER JOIN measure m ON m.measure = e.measure AND m.sampled
CROSS JOIN fold_by b
LEFT JOIN enterprises n ON n.enterprise_id = e.enterprise_id
LEFT JOIN calendar c ON c.day = e.decided_on
WHERE e.weight IS NOT NULL
ORDER BY b.dimension NULLS LAST, e.measure NULLS LAST, subject_id NULLS LAST, e.record NULLS LAST
