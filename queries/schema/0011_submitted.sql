-- Which submissions cannot be read where they lie.

-- Cases that some batch left with a submission told otherwise than by one `submitted` event at the case's own time: no
-- event, another time, several, no case. Of every other case the event is its submission, whatever the instant and the batch
-- asked for. It may name a case too many, never one too few; rows are only added.
CREATE TABLE submitted_apart (
    case_id VARCHAR NOT NULL
);

-- Of what came in until now only that is plain which has no history: one version of the case and one of its events, of one
-- batch.
INSERT INTO submitted_apart
WITH told AS (
    SELECT
        case_id,
        count(*) FILTER (WHERE event = 'submitted') AS submissions,
        min("at") FILTER (WHERE event = 'submitted') AS submitted_at,
        bool_and(at_whole_day) FILTER (WHERE event = 'submitted') AS submitted_at_whole_day,
        min(known_from) AS first_batch,
        max(known_from) AS last_batch,
        bool_or(withdrawn OR known_to IS NOT NULL) AS history
    FROM case_events_versions
    GROUP BY case_id
),
stated AS (
    SELECT
        case_id,
        count(*) AS versions,
        min(submitted_at) AS submitted_at,
        bool_and(submitted_at_whole_day) AS submitted_at_whole_day,
        min(known_from) AS first_batch,
        bool_or(withdrawn OR known_to IS NOT NULL) AS history
    FROM cases_versions
    GROUP BY case_id
)
SELECT case_id
FROM told t
FULL JOIN stated c USING (case_id)
WHERE NOT coalesce(
    t.submissions = 1 AND c.versions = 1 AND NOT t.history AND NOT c.history
    AND t.first_batch = t.last_batch AND t.first_batch = c.first_batch
    AND t.submitted_at = c.submitted_at AND t.submitted_at_whole_day = c.submitted_at_whole_day, false);
