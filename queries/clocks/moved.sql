-- What moved the dues of the clocks of cases. Grain: one step of an obligation: an extension or a pause, each against
-- the due moved so far; step 0 is the due as it opened. Obligations that nothing could move have no rows.
WITH RECURSIVE
-- What may move a due: extensions of this clock, and pauses clipped to the obligation.
adjustment AS (
    SELECT
        o.party_no, o.turn_no,
        'extension' AS what,
        e.day AS first_day,
        CASE WHEN e.whole_day THEN 1 ELSE 0 END AS day_rank,
        e.at AS first_at,
        e.seq,
        CASE WHEN e.whole_day THEN CAST(CAST(e.day + INTERVAL '1' DAY AS DATE) AS TIMESTAMP) ELSE e.at END AS began_at,
        CAST(NULL AS DATE) AS began_day,
        CAST(NULL AS TIMESTAMP) AS ended_at,
        e.until AS ended_day
    FROM clocked o
    INNER JOIN touched_events e ON e.case_id = o.case_id
    WHERE e.event = 'extended'
      AND e.until IS NOT NULL
      AND o.clock <> 'hours'
      AND (CASE WHEN COALESCE(e.unit, '') = '' THEN o.start_event IN ('submitted', 'reopened', 'dispatched')
                ELSE o.start_event IN ('assigned', 'dispatched') AND e.unit = o.start_unit END)
      AND (e.day > o.open_day OR (e.day = o.open_day AND (
              o.open_whole_day OR e.whole_day OR e.at > o.opened_at OR (e.at = o.opened_at AND e.seq > o.open_seq))))
      AND (o.ended_at IS NULL OR e.day < o.ended_day OR (e.day = o.ended_day AND (
              CASE WHEN e.whole_day THEN 1 ELSE 0 END < o.next_day_rank
              OR (CASE WHEN e.whole_day THEN 1 ELSE 0 END = o.next_day_rank
                  AND (e.at < o.next_at OR (e.at = o.next_at AND e.seq < o.next_seq))))))
    UNION ALL
    SELECT
        o.party_no, o.turn_no,
        'pause' AS what,
        u.began_day AS first_day,
        u.day_rank,
        u.began_at AS first_at,
        u.seq,
        GREATEST(u.began_at, o.opened_at) AS began_at,
        GREATEST(u.began_day, o.open_day) AS began_day,
        CASE WHEN o.ended_at IS NULL THEN u.ended_at WHEN u.ended_at IS NULL THEN o.ended_at
             ELSE LEAST(u.ended_at, o.ended_at) END AS ended_at,
        CASE WHEN o.ended_day IS NULL THEN u.ended_day WHEN u.ended_day IS NULL THEN o.ended_day
             ELSE LEAST(u.ended_day, o.ended_day) END AS ended_day
    FROM clocked o
    INNER JOIN pauses u ON u.measure = o.measure AND u.case_id = o.case_id
    WHERE (u.ended_at IS NULL OR u.ended_at > o.opened_at)
      AND (o.ended_at IS NULL OR u.began_at < o.ended_at)
),
step AS (
    SELECT
        a.*,
        ROW_NUMBER() OVER (
            PARTITION BY a.party_no, a.turn_no
            ORDER BY a.first_day NULLS LAST, a.day_rank NULLS LAST, a.first_at NULLS LAST, a.seq NULLS LAST, a.what NULLS LAST
        ) AS step_no
    FROM adjustment a
),
-- A pause of no working day leaves a due on a rest day where it is; GREATEST passes over nulls, so that a due that
-- the calendar does not reach has to be kept null by itself.
moved AS (
    SELECT
        o.measure, o.case_id, o.party, o.party_no, o.turn_no, o.clock,
        CAST(0 AS BIGINT) AS step_no,
        CAST(NULL AS VARCHAR) AS what,
        CAST(NULL AS DATE) AS began_day,
        CAST(NULL AS DATE) AS ended_day,
        o.due_day,
        o.due_at,
        FALSE AS extended,
        CAST(0 AS DOUBLE) AS paused,
        CAST(NULL AS TIMESTAMP) AS stopped_at
    FROM clocked o
    INNER JOIN (SELECT DISTINCT party_no, turn_no FROM step) s ON s.party_no = o.party_no AND s.turn_no = o.turn_no
    UNION ALL
    SELECT
        m.measure, m.case_id, m.party, m.party_no, m.turn_no, m.clock,
        s.step_no,
        s.what,
        COALESCE(s.began_day, CAST(s.first_at AS DATE)) AS began_day,
        s.ended_day,
        CASE
            WHEN s.what = 'extension' AND s.began_at < m.due_at THEN GREATEST(m.due_day, s.ended_day)
            WHEN s.what = 'extension' OR s.began_at > m.due_at OR s.ended_at IS NULL OR m.due_at IS NULL THEN m.due_day
            WHEN m.clock = 'working_days' AND ce.ordinal = cb.ordinal THEN GREATEST(m.due_day, s.ended_day)
            WHEN m.clock = 'working_days' THEN CASE WHEN w.day IS NOT NULL THEN GREATEST(w.day, s.ended_day) END
            WHEN m.clock = 'days' THEN GREATEST(
                CAST(m.due_day + CAST(s.ended_day - s.began_day AS INT) * INTERVAL '1' DAY AS DATE), s.ended_day)
            ELSE CAST(m.due_at + (s.ended_at - s.began_at) AS DATE)
        END AS due_day,
        CASE
            WHEN s.what = 'extension' AND s.began_at < m.due_at
                THEN CAST(CAST(GREATEST(m.due_day, s.ended_day) + INTERVAL '1' DAY AS DATE) AS TIMESTAMP)
            WHEN s.what = 'extension' OR s.began_at > m.due_at OR s.ended_at IS NULL OR m.due_at IS NULL THEN m.due_at
            WHEN m.clock = 'working_days' AND ce.ordinal = cb.ordinal
                THEN CAST(CAST(GREATEST(m.due_day, s.ended_day) + INTERVAL '1' DAY AS DATE) AS TIMESTAMP)
            WHEN m.clock = 'working_days' THEN CASE WHEN w.day IS NOT NULL
                THEN CAST(CAST(GREATEST(w.day, s.ended_day) + INTERVAL '1' DAY AS DATE) AS TIMESTAMP) END
            WHEN m.clock = 'days' THEN CAST(CAST(GREATEST(
                CAST(m.due_day + CAST(s.ended_day - s.began_day AS INT) * INTERVAL '1' DAY AS DATE),
                s.ended_day) + INTERVAL '1' DAY AS DATE) AS TIMESTAMP)
            ELSE m.due_at + (s.ended_at - s.began_at)
        END AS due_at,
        m.extended OR (s.what = 'extension' AND s.began_at < m.due_at AND s.ended_day > m.due_day) AS extended,
        m.paused + CASE
            WHEN s.what = 'extension' OR s.began_at > m.due_at OR s.ended_at IS NULL THEN 0
            WHEN m.clock = 'working_days' THEN CAST(ce.ordinal - cb.ordinal AS DOUBLE)
            WHEN m.clock IN ('days', 'own') THEN CAST(CAST(s.ended_day - s.began_day AS INT) AS DOUBLE)
            ELSE CAST(CAST(CAST(s.ended_at AS DATE) - CAST(s.began_at AS DATE) AS INT) AS DOUBLE) * 24
                + (EXTRACT(HOUR FROM s.ended_at) - EXTRACT(HOUR FROM s.began_at))
                + CAST(EXTRACT(MINUTE FROM s.ended_at) - EXTRACT(MINUTE FROM s.began_at) AS DOUBLE) / 60
                + CAST(EXTRACT(SECOND FROM s.ended_at) - EXTRACT(SECOND FROM s.began_at) AS DOUBLE) / 3600
        END AS paused,
        -- A pause that goes on at as-of.
        CASE WHEN s.what = 'pause' AND s.began_at <= m.due_at AND s.ended_at IS NULL THEN s.began_at
             ELSE m.stopped_at END AS stopped_at
    FROM moved m
    INNER JOIN step s ON s.party_no = m.party_no AND s.turn_no = m.turn_no AND s.step_no = m.step_no + 1
    LEFT JOIN calendar cb ON cb.day = s.began_day
    LEFT JOIN calendar ce ON ce.day = s.ended_day
    LEFT JOIN calendar cd ON cd.day = m.due_day
    LEFT JOIN workday w ON w.ordinal = cd.ordinal + (ce.ordinal - cb.ordinal)
)
SELECT * FROM moved
