-- level: fail
-- zh: 问题宽表与流转明细不一致
-- en: a wide row and the listed events of a case disagree
-- do_zh: 已按流转明细计算；请核对原系统，更正两者之一后重新报送该问题。
-- do_en: the list was taken; correct the one that is wrong at its source and ingest the case again
--
-- Grain: one case whose wide row gave times that are not among its listed events, in the last batch that brought the
-- case. A newer set of events makes it past.
WITH noted AS (
    SELECT w.*
    FROM warehouse.wide_only w
    CROSS JOIN params p
    WHERE w.batch_id <= p.known_at
    QUALIFY w.batch_id = MAX(w.batch_id) OVER (PARTITION BY w.case_id)
),
standing AS (
    SELECT n.*
    FROM noted n
    CROSS JOIN params p
    ANTI JOIN warehouse.case_events_versions v
        ON v.case_id = n.case_id AND v.known_from > n.batch_id AND v.known_from <= p.known_at
),
worded AS (
    SELECT s.case_id, s.batch_id, s.event,
           COALESCE(w.zh, s.event) || ' ' || CASE WHEN s.at_whole_day THEN strftime(s.at, '%Y-%m-%d')
               ELSE strftime(s.at, '%Y-%m-%d %H:%M:%S') END AS said
    FROM standing s
    LEFT JOIN word w ON w.list = 'event' AND w.word = s.event
),
listed AS (
    SELECT e.case_id, e.event, COALESCE(w.zh, e.event) || ' ' || CASE WHEN e.whole_day THEN strftime(e.at, '%Y-%m-%d')
        ELSE strftime(e.at, '%Y-%m-%d %H:%M:%S') END AS said
    FROM case_events e
    LEFT JOIN word w ON w.list = 'event' AND w.word = e.event
)
SELECT
    x.case_id,
    c.enterprise_id,
    string_agg(DISTINCT x.said, '；' ORDER BY x.said) AS wide_row,
    COALESCE(string_agg(DISTINCT l.said, '；' ORDER BY l.said), '') AS listed,
    x.batch_id AS batch,
    MIN(CAST(c.submitted_at AS DATE)) AS concerns_from,
    CAST(NULL AS DATE) AS concerns_to
FROM worded x
LEFT JOIN cases c ON c.case_id = x.case_id
LEFT JOIN listed l ON l.case_id = x.case_id AND l.event = x.event
GROUP BY x.case_id, c.enterprise_id, x.batch_id
