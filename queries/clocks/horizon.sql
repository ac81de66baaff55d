-- The first day of which a clock that ended then may still be in a figure asked. Grain: one row.
--
-- An obligation is decided no later than it ends, so one that ended before this day is in no figure. What ended on a day
-- that no notice declares may be pending, whatever the period.
SELECT
    CASE WHEN MAX(f.day) IS NULL THEN p.in_force_from
         ELSE LEAST(p.period_first, COALESCE(MIN(u.day), p.period_first)) END AS day
FROM params p
LEFT JOIN calendar f ON f.day = p.in_force_from
LEFT JOIN calendar u ON u.day >= p.in_force_from AND u.is_workday IS NULL
GROUP BY p.in_force_from, p.period_first
