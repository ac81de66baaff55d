-- What classes of evidence are made of. Grain: one dimension, measure, subject, span and part of the subject; a part is
-- an enterprise, or a slot where rows have no enterprise.
--
-- Only what was decided: met and breached. Nobody is judged for the vacuum.
WITH placed AS (
    SELECT
        b.dimension,
        e.measure,
        CASE b.dimension WHEN 'person' THEN e.person_id WHEN 'unit' THEN e.unit END AS subject_id,
        s.span,
        COALESCE(e.enterprise_id, e.record) AS part,
        e.outcome
    FROM evidence e
    CROSS JOIN fold_by b
    INNER JOIN span s ON e.decided_on >= s.first_day AND e.decided_on <= s.last_day
    WHERE e.outcome IN ('met', 'breached')
),
final AS (
    SELECT
        dimension,
        measure,
        subject_id,
        span,
        part,
        COUNT(*) FILTER (WHERE outcome = 'met') AS met,
        COUNT(*) FILTER (WHERE outcome = 'breached') AS breached
    FROM placed
    WHERE subject_id IS NOT NULL
    GROUP BY dimension, measure, subject_id, span, part
)
SELECT *
FROM final
ORDER BY dimension NULLS LAST, measure NULLS LAST, subject_id NULLS LAST, span NULLS LAST, part NULLS LAST
