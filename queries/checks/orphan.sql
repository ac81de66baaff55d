-- level: fail
-- zh: 引用了没有收到的记录
-- en: references to records that are not there
-- do_zh: 补报缺少的企业、人员或问题，或更正编号；补到后这些行自动计入。
-- do_en: ingest the missing register or correct the id; the rows count once it arrives
--
-- Grain: one reference (record, column) to an id that no register has. Exports arrive in any order, so such rows are
-- taken; until the other side comes they count for nobody. Merged ids are read as the one they are.
WITH reference AS (
    SELECT 'assignments' AS tab, 'enterprise_id' AS field, enterprise_id AS id, 'enterprises' AS wanted,
           concat_ws('/', enterprise_id, role, holder, valid_from) AS record, valid_from AS first_day, valid_to AS last_day
    FROM assignments
    UNION ALL
    SELECT 'assignments', 'holder_id', holder_id, 'people', concat_ws('/', enterprise_id, role, holder, valid_from), valid_from, valid_to
    FROM assignments
    UNION ALL
    SELECT 'cases', 'enterprise_id', enterprise_id, 'enterprises', case_id, CAST(submitted_at AS DATE), NULL FROM cases
    UNION ALL
    SELECT 'case_events', 'case_id', e.case_id, 'cases', concat_ws('/', e.case_id, e.event, e.at), e.day, e.day FROM case_events e
    UNION ALL
    SELECT 'diary', 'person_id', person_id, 'people', entry_id, served_on, served_on FROM diary
    UNION ALL
    SELECT 'diary', 'enterprise_id', enterprise_id, 'enterprises', entry_id, served_on, served_on FROM diary
    UNION ALL
    SELECT 'evaluations', 'enterprise_id', enterprise_id, 'enterprises', evaluation_id, day, day FROM evaluations
    UNION ALL
    SELECT 'evaluations', 'person_id', person_id, 'people', evaluation_id, day, day FROM evaluations
    UNION ALL
    SELECT 'complaints', 'enterprise_id', enterprise_id, 'enterprises', complaint_id, day, day FROM complaints
    UNION ALL
    SELECT 'complaints', 'person_id', person_id, 'people', complaint_id, day, day FROM complaints
    UNION ALL
    SELECT 'milestones', 'enterprise_id', enterprise_id, 'enterprises', concat_ws('/', enterprise_id, milestone), NULL, NULL FROM milestones
    UNION ALL
    SELECT 'absences', 'person_id', person_id, 'people', concat_ws('/', person_id, first_day), first_day, last_day FROM absences
    UNION ALL
    SELECT 'absences', 'deputy_id', deputy_id, 'people', concat_ws('/', person_id, first_day), first_day, last_day FROM absences
    UNION ALL
    SELECT 'policy_pushes', 'enterprise_id', enterprise_id, 'enterprises', concat_ws('/', policy_id, enterprise_id, person_id), day, day
    FROM policy_pushes
    UNION ALL
    SELECT 'policy_pushes', 'person_id', person_id, 'people', concat_ws('/', policy_id, enterprise_id, person_id), day, day
    FROM policy_pushes
),
there AS (
    SELECT 'enterprises' AS wanted, enterprise_id AS id FROM enterprises
    UNION ALL SELECT 'people', person_id FROM people
    UNION ALL SELECT 'cases', case_id FROM cases
    UNION ALL SELECT 'cases', complaint_id FROM complaints
)
SELECT
    r.tab,
    r.field,
    -- An id that was made of a name says nothing to anybody; the name does.
    r.id || COALESCE((SELECT '（' || MIN(n.name) || '）' FROM warehouse.named n WHERE n.kind = r.wanted AND n.id = r.id), '') AS id,
    r.record,
    r.first_day AS concerns_from,
    r.last_day AS concerns_to
FROM reference r
ANTI JOIN there t ON t.wanted = r.wanted AND t.id = r.id
WHERE COALESCE(r.id, '') <> ''
