-- level: fail
-- zh: 结束早于开始
-- en: an end lies before its start
-- do_zh: 更正其中一个日期后重新报送；在此之前该行按所填日期计算。
-- do_en: correct one of the two at its source and ingest it again
--
-- Grain: one record whose end (assignment, scope, service, absence, verification) or act (an event before its case was
-- submitted, a new due day before the extension) comes before its beginning. Half-open days: an assignment that ends on the day
-- it begins was never held and is listed too.
WITH known_assignment AS (
    SELECT a.* FROM warehouse.assignments_versions a CROSS JOIN params p
    WHERE a.known_from <= p.known_at AND (a.known_to IS NULL OR a.known_to > p.known_at) AND NOT a.withdrawn
),
known_enterprise AS (
    SELECT e.* FROM warehouse.enterprises_versions e CROSS JOIN params p
    WHERE e.known_from <= p.known_at AND (e.known_to IS NULL OR e.known_to > p.known_at) AND NOT e.withdrawn
),
known_person AS (
    SELECT h.* FROM warehouse.people_versions h CROSS JOIN params p
    WHERE h.known_from <= p.known_at AND (h.known_to IS NULL OR h.known_to > p.known_at) AND NOT h.withdrawn
),
known_complaint AS (
    SELECT k.* FROM warehouse.complaints_versions k CROSS JOIN params p
    WHERE k.known_from <= p.known_at AND (k.known_to IS NULL OR k.known_to > p.known_at) AND NOT k.withdrawn
),
began AS (
    SELECT e.case_id, e.at, e.day, e.whole_day FROM case_events e WHERE e.event = 'submitted'
    QUALIFY ROW_NUMBER() OVER (PARTITION BY e.case_id ORDER BY e.day, e.whole_day DESC, e.at) = 1
),
found AS (
    SELECT 'assignments' AS tab, concat_ws('/', enterprise_id, role, COALESCE(holder_id, holder_unit, holder_name), valid_from) AS record,
           'valid_from' AS start_field, CAST(valid_from AS TIMESTAMP) AS starts, TRUE AS start_whole,
           'valid_to' AS end_field, CAST(valid_to AS TIMESTAMP) AS ends, TRUE AS end_whole
    FROM known_assignment WHERE valid_to <= valid_from
    UNION ALL
    SELECT 'enterprises', enterprise_id, 'in_scope_from', CAST(in_scope_from AS TIMESTAMP), TRUE, 'in_scope_to', CAST(in_scope_to AS TIMESTAMP), TRUE
    FROM known_enterprise WHERE in_scope_to < in_scope_from
    UNION ALL
    SELECT 'people', person_id, 'active_from', CAST(active_from AS TIMESTAMP), TRUE, 'active_to', CAST(active_to AS TIMESTAMP), TRUE
    FROM known_person WHERE active_to < active_from
    UNION ALL
    SELECT 'absences', concat_ws('/', person_id, first_day), 'from', CAST(first_day AS TIMESTAMP), TRUE, 'to', CAST(last_day AS TIMESTAMP), TRUE
    FROM absences WHERE last_day < first_day
    UNION ALL
    SELECT 'complaints', complaint_id, 'received_at', received_at, received_at_whole_day, 'verified_at', verified_at, COALESCE(verified_at_whole_day, TRUE)
    FROM known_complaint
    WHERE CASE WHEN received_at_whole_day OR verified_at_whole_day THEN CAST(verified_at AS DATE) < CAST(received_at AS DATE)
               ELSE verified_at < received_at END
    UNION ALL
    SELECT 'case_events', concat_ws('/', e.case_id, e.seq), 'submitted', b.at, b.whole_day, e.event, e.at, e.whole_day
    FROM case_events e
    JOIN began b ON b.case_id = e.case_id
    WHERE e.event <> 'submitted'
      AND CASE WHEN e.whole_day OR b.whole_day THEN e.day < b.day ELSE e.at < b.at END
    UNION ALL
    SELECT 'case_events', concat_ws('/', e.case_id, e.seq), 'extended', e.at, e.whole_day, 'until', CAST(e.until AS TIMESTAMP), TRUE
    FROM case_events e
    WHERE e.until < e.day
)
SELECT
    f.tab,
    f.record,
    COALESCE(s.zh, f.start_field) AS start_field,
    CASE WHEN f.start_whole THEN strftime(f.starts, '%Y-%m-%d') ELSE strftime(f.starts, '%Y-%m-%d %H:%M:%S') END AS starts,
    COALESCE(e.zh, f.end_field) AS end_field,
    CASE WHEN f.end_whole THEN strftime(f.ends, '%Y-%m-%d') ELSE strftime(f.ends, '%Y-%m-%d %H:%M:%S') END AS ends,
    CAST(f.ends AS DATE) AS concerns_from,
    CASE WHEN f.tab IN ('case_events', 'complaints') THEN CAST(f.starts AS DATE) END AS concerns_to
FROM found f
LEFT JOIN word s ON s.list IN ('event', f.tab) AND s.word = f.start_field
LEFT JOIN word e ON e.list IN ('event', f.tab) AND e.word = f.end_field
