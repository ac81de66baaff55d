-- level: warn
-- zh: 新报送的流转中不见了的事件
-- en: events that a newer set of their case no longer has
-- do_zh: 核实是更正还是被改动（“现时间”为同类事件现在的时间，空为已删去）。旧记录仍在库中，可用 --known-at 查看。
-- do_en: ask whether it was a correction; the older set is kept and can be asked for with --known-at
--
-- Grain: one event of an older set of a case that the set known now does not have, with the time of the same event there,
-- if any. A date that became a time of that day is no change. How fast a case was settled is read from these times.
WITH version AS (
    SELECT v.case_id, v.event, v.at, v.at_whole_day, COALESCE(v.unit, '') AS unit, v.known_from, v.known_to,
           v.known_to IS NULL OR v.known_to > p.known_at AS standing
    FROM warehouse.case_events_versions v
    CROSS JOIN params p
    WHERE v.known_from <= p.known_at AND NOT v.withdrawn
      AND (v.known_to IS NULL OR v.known_to > v.known_from)
),
now AS (
    SELECT * FROM version WHERE standing
),
gone AS (
    SELECT o.case_id, o.event, o.at, o.at_whole_day, o.unit, MAX(o.known_to) AS batch
    FROM version o
    SEMI JOIN now c ON c.case_id = o.case_id
    ANTI JOIN now n
        ON n.case_id = o.case_id AND n.event = o.event AND n.unit = o.unit
       AND (n.at = o.at OR ((n.at_whole_day OR o.at_whole_day) AND CAST(n.at AS DATE) = CAST(o.at AS DATE)))
    WHERE NOT o.standing
    GROUP BY ALL
)
SELECT
    g.case_id,
    COALESCE(w.zh, g.event) AS event,
    NULLIF(g.unit, '') AS unit,
    CASE WHEN g.at_whole_day THEN strftime(g.at, '%Y-%m-%d') ELSE strftime(g.at, '%Y-%m-%d %H:%M:%S') END AS was,
    strftime(arg_min(n.at, abs(epoch(n.at) - epoch(g.at))), '%Y-%m-%d %H:%M:%S') AS now,
    g.batch,
    CAST(g.at AS DATE) AS concerns_from,
    GREATEST(CAST(g.at AS DATE), MAX(b.exported_on)) AS concerns_to
FROM gone g
LEFT JOIN now n ON n.case_id = g.case_id AND n.event = g.event
LEFT JOIN warehouse.batches b ON b.batch_id = g.batch
LEFT JOIN word w ON w.list = 'event' AND w.word = g.event
GROUP BY g.case_id, g.event, w.zh, g.unit, g.at, g.at_whole_day, g.batch
