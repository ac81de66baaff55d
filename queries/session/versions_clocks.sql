-- After the clocks: of each text those clocks that opened while it was in force, under the measure's own name.
DELETE FROM clocked WHERE measure IN (SELECT v.measure FROM measure_version v);
DELETE FROM clocked USING measure_version v
WHERE clocked.measure = v.version AND NOT (clocked.open_day >= v.first_day AND clocked.open_day < v.end_day);
DELETE FROM clock_step WHERE measure IN (SELECT v.measure FROM measure_version v);
DELETE FROM clock_step
WHERE measure IN (SELECT v.version FROM measure_version v)
  AND NOT EXISTS (
      SELECT 1 FROM clocked o
      WHERE o.measure = clock_step.measure AND o.case_id = clock_step.case_id AND o.party = clock_step.party
        AND o.turn_no = clock_step.turn_no);
UPDATE clocked SET measure = v.measure FROM measure_version v WHERE clocked.measure = v.version;
UPDATE clock_step SET measure = v.measure FROM measure_version v WHERE clock_step.measure = v.version;
DELETE FROM pauses WHERE measure IN (SELECT v.measure FROM measure_version v);
UPDATE pauses SET measure = v.measure FROM measure_version v WHERE pauses.measure = v.version;
