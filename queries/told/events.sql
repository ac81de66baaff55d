-- Events of the period that must say something (table `told`, which evidence/completeness.sql judges). Grain: one event of the kind
-- that a completeness names.
SELECT r.measure, e.case_id, e.seq, e.event, e.at, e.day, e.whole_day, e.unit, e.until, e.note
FROM measure r
INNER JOIN case_events e ON e.event = r.event
CROSS JOIN params p
WHERE r.kind = 'completeness' AND r.source = 'case_events'
  AND e.day >= p.in_force_from AND e.day >= p.period_first AND e.day <= p.period_last
