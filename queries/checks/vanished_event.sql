-- level: warn
-- zh: 新报送的流转中不见了的事件
-- en: events that a newer set of their case no longer has
-- do_zh: 核实是更正还是被改动（“现时间”为新报送中同类事件的时间，空为已删去）。旧记录仍在库中，可用 --known-at 查看。
-- do_en: ask whether it was a correction; the older set is kept and can be asked for with --known-at
--
-- Grain: one event of an older set of a case that the set which replaced it does not have (the view warehouse.lost_events)
-- and that had not come back by known-at, with the time to which it moved, if it did. A date that became a time of that
-- day is no change. How fast a case was settled is read from these times.
WITH lost AS (
    SELECT l.*
    FROM warehouse.lost_events l
    CROSS JOIN params p
    WHERE l.batch_id <= p.known_at AND (l.back_in IS NULL OR l.back_in > p.known_at)
)
SELECT
    l.case_id,
    COALESCE(w.zh, l.event) AS event,
    l.unit,
    CASE WHEN l.at_whole_day THEN strftime(l.at, '%Y-%m-%d') ELSE strftime(l.at, '%Y-%m-%d %H:%M:%S') END AS was,
    strftime(l.now_at, '%Y-%m-%d %H:%M:%S') AS now,
    l.batch_id AS batch,
    CAST(l.at AS DATE) AS concerns_from,
    GREATEST(CAST(l.at AS DATE), b.exported_on) AS concerns_to
FROM lost l
LEFT JOIN warehouse.batches b ON b.batch_id = l.batch_id
LEFT JOIN word w ON w.list = 'event' AND w.word = l.event
