-- Back-filling in one go: five entries and more of a person, written within 10 minutes, for five service days and more.
-- Grain: one entry of such a burst; bursts that overlap are one, and the lead is its first entry.
WITH timed AS (
    SELECT d.entry_id, d.person_id, d.enterprise_id, d.served_on, d.written_at, d.written_on
    FROM diary d
    WHERE d.written_at IS NOT NULL AND NOT d.written_at_whole_day AND d.person_id IS NOT NULL
),
-- Times from which on five entries follow within 10 minutes: few, and all that need to be looked at more closely.
dense AS (
    SELECT DISTINCT w.person_id, w.written_at
    FROM (
        SELECT
            t.person_id,
            t.written_at,
            LEAD(t.written_at, 4) OVER (PARTITION BY t.person_id ORDER BY t.written_at NULLS LAST) AS fifth_at
        FROM timed t
    ) w
    WHERE w.fifth_at <= w.written_at + INTERVAL '10' MINUTE
),
-- Those whose entries were served on five days.
burst AS (
    SELECT a.person_id, a.written_at
    FROM dense a
    INNER JOIN timed b
        ON b.person_id = a.person_id AND b.written_at >= a.written_at AND b.written_at <= a.written_at + INTERVAL '10' MINUTE
    GROUP BY a.person_id, a.written_at
    HAVING COUNT(DISTINCT b.served_on) >= 5
),
begun AS (
    SELECT
        u.person_id,
        u.written_at,
        LAG(u.written_at) OVER (PARTITION BY u.person_id ORDER BY u.written_at NULLS LAST) AS before_at
    FROM burst u
),
numbered AS (
    SELECT
        g.person_id,
        g.written_at,
        SUM(CASE WHEN g.before_at IS NULL OR g.written_at > g.before_at + INTERVAL '10' MINUTE THEN 1 ELSE 0 END) OVER (
            PARTITION BY g.person_id ORDER BY g.written_at NULLS LAST ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
        ) AS burst_no
    FROM begun g
),
spell AS (
    SELECT person_id, burst_no, MIN(written_at) AS from_at, MAX(written_at) + INTERVAL '10' MINUTE AS to_at
    FROM numbered
    GROUP BY person_id, burst_no
)
SELECT
    'back_filled' AS sign,
    'diary/' || FIRST_VALUE(t.entry_id) OVER (
        PARTITION BY s.person_id, s.burst_no ORDER BY t.written_at NULLS LAST, t.entry_id NULLS LAST
    ) AS lead,
    'diary/' || t.entry_id AS record,
    t.person_id,
    CAST(NULL AS VARCHAR) AS enterprise_id,
    t.written_at AS happened_at,
    t.written_on AS day,
    CAST(NULL AS DOUBLE) AS value
FROM spell s
INNER JOIN timed t ON t.person_id = s.person_id AND t.written_at >= s.from_at AND t.written_at <= s.to_at
