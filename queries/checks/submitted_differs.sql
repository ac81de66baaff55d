-- level: warn
-- zh: 提交时间前后不一
-- en: the submitted event and the case's submitted_at differ
-- do_zh: 已按较早者起算；请核对原系统，使问题的提交时间与流转中的“提交”一致。
-- do_en: the earlier holds; make the case's time and its submitted event agree at their source
--
-- Grain: one case whose first `submitted` event is not at its submitted_at. A bare date of the same day does not differ.
WITH event AS (
    SELECT e.case_id, e.at, e.at_whole_day
    FROM warehouse.case_events_versions e
    CROSS JOIN params p
    WHERE e.event = 'submitted' AND e.known_from <= p.known_at AND (e.known_to IS NULL OR e.known_to > p.known_at) AND NOT e.withdrawn
    QUALIFY ROW_NUMBER() OVER (PARTITION BY e.case_id ORDER BY CAST(e.at AS DATE), e.at_whole_day DESC, e.at) = 1
)
SELECT
    c.case_id,
    c.enterprise_id,
    c.submitted_at,
    e.at AS submitted_event,
    LEAST(c.submitted_at, e.at) AS counted_from,
    CAST(LEAST(c.submitted_at, e.at) AS DATE) AS concerns_from,
    CAST(GREATEST(c.submitted_at, e.at) AS DATE) AS concerns_to
FROM cases c
JOIN event e ON e.case_id = c.case_id
WHERE CASE WHEN c.submitted_at_whole_day OR e.at_whole_day THEN CAST(c.submitted_at AS DATE) <> CAST(e.at AS DATE)
           ELSE c.submitted_at <> e.at END
