-- After the obligations: of each text those that opened while it was in force, under the measure's own name. A state is
-- judged by the text of the as-of day; what has no opening by that of its own day, a milestone by that of its planned day.
DELETE FROM obligation WHERE measure IN (SELECT v.measure FROM measure_version v);
DELETE FROM obligation USING measure_version v, measure_text t
WHERE obligation.measure = v.version AND t.measure = v.version
  AND NOT (
      CASE WHEN t.state THEN obligation.decided_on
           ELSE COALESCE(CAST(obligation.opened_at AS DATE), obligation.due_day, obligation.decided_on) END >= v.first_day
      AND CASE WHEN t.state THEN obligation.decided_on
               ELSE COALESCE(CAST(obligation.opened_at AS DATE), obligation.due_day, obligation.decided_on) END < v.end_day);
UPDATE obligation SET measure = v.measure FROM measure_version v WHERE obligation.measure = v.version;
DELETE FROM measure WHERE measure IN (SELECT v.version FROM measure_version v);
