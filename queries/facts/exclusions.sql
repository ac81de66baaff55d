-- Rows of evidence that a ruling known then has taken out, and none has put back. Grain: one row of evidence.
WITH stated AS (
    SELECT x.*
    FROM warehouse.exclusions x
    CROSS JOIN params p
    WHERE x.batch_id <= p.known_at
    QUALIFY ROW_NUMBER() OVER (
        PARTITION BY x.measure, x.record, x.opened_at, x.class, x.unit ORDER BY x.batch_id DESC NULLS LAST
    ) = 1
)
SELECT s.batch_id, s.measure, s.record, s.opened_at, s.class, s.unit, s.finding, s.reason, s.ruled_by, s.ruled_at
FROM stated s
WHERE s.excluded
