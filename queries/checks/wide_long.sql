-- level: fail
-- zh: 问题宽表与流转明细不一致
-- en: a wide row and the listed events of a case disagree
-- do_zh: 已按流转明细计算；请核对原系统，更正两者之一后重新报送该问题。
-- do_en: the list was taken; correct the one that is wrong at its source and ingest the case again
--
-- Grain: one case whose wide row gave times that are not among its listed events, in the last batch that brought the
-- case. A newer set of events makes it past.
WITH noted AS (
    SELECT r.record AS case_id, r.batch_id, regexp_extract(r.remark, '^a wide row gives (.*), which is not among', 1) AS said
    FROM warehouse.remarks r
    CROSS JOIN params p
    WHERE r.kind = 'cases' AND r.remark LIKE 'a wide row gives %' AND r.batch_id <= p.known_at
    QUALIFY ROW_NUMBER() OVER (PARTITION BY r.record ORDER BY r.batch_id DESC) = 1
),
standing AS (
    SELECT n.*
    FROM noted n
    CROSS JOIN params p
    ANTI JOIN warehouse.case_events_versions v
        ON v.case_id = n.case_id AND v.known_from > n.batch_id AND v.known_from <= p.known_at
),
part AS (
    SELECT s.case_id, s.batch_id, trim(unnest(string_split(s.said, ', '))) AS said FROM standing s
),
worded AS (
    SELECT s.case_id, s.batch_id, replace(s.said, split_part(s.said, ' at ', 1) || ' at ', COALESCE(w.zh, split_part(s.said, ' at ', 1)) || ' ') AS said
    FROM part s
    LEFT JOIN word w ON w.list = 'event' AND w.word = split_part(s.said, ' at ', 1)
)
SELECT
    x.case_id,
    c.enterprise_id,
    string_agg(x.said, '；' ORDER BY x.said) AS wide_row,
    COALESCE(string_agg(DISTINCT l.said, '；' ORDER BY l.said), '') AS listed,
    x.batch_id AS batch,
    MIN(CAST(c.submitted_at AS DATE)) AS concerns_from,
    CAST(NULL AS DATE) AS concerns_to
FROM worded x
LEFT JOIN cases c ON c.case_id = x.case_id
LEFT JOIN (
    SELECT e.case_id, COALESCE(w.zh, e.event) || ' ' || CASE WHEN e.whole_day THEN strftime(e.at, '%Y-%m-%d')
        ELSE strftime(e.at, '%Y-%m-%d %H:%M:%S') END AS said, COALESCE(w.zh, e.event) AS event
    FROM case_events e
    LEFT JOIN word w ON w.list = 'event' AND w.word = e.event
) l ON l.case_id = x.case_id AND l.event = split_part(x.said, ' ', 1)
GROUP BY x.case_id, c.enterprise_id, x.batch_id
