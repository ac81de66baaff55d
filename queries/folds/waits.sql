-- Time waited, finished or not. Grain: one obligation of a clock of cases that ended in the period or later, or is open;
-- dropped ones too: what another act broke off (withdrawn, …) waited until then. Rows whose working days the calendar
-- does not declare are not there.
SELECT
    o.measure,
    c.case_id,
    o.category,
    o.opened_at,
    o.elapsed,
    o.done_at IS NOT NULL AS settled,
    o.ended_by,
    o.ended_on,
    o.extended,
    o.ended_on IS NULL AND COALESCE(o.outcome, '') = 'breached' AS overdue
FROM obligation o
INNER JOIN cases c ON 'cases/' || c.case_id = o.record
INNER JOIN measure m ON m.measure = o.measure
WHERE m.kind = 'deadline' AND m.source = 'cases' AND o.elapsed IS NOT NULL
