-- What is known now, for people who open the file in a DuckDB shell; measures use queries/facts, which
-- also go back in time (as-of, known-at).
CREATE VIEW enterprises AS SELECT * EXCLUDE (withdrawn, known_to) FROM enterprises_versions WHERE known_to IS NULL AND NOT withdrawn;
CREATE VIEW people AS SELECT * EXCLUDE (withdrawn, known_to) FROM people_versions WHERE known_to IS NULL AND NOT withdrawn;
CREATE VIEW assignments AS SELECT * EXCLUDE (withdrawn, known_to) FROM assignments_versions WHERE known_to IS NULL AND NOT withdrawn;
CREATE VIEW cases AS SELECT * EXCLUDE (withdrawn, known_to) FROM cases_versions WHERE known_to IS NULL AND NOT withdrawn;
CREATE VIEW case_events AS SELECT * EXCLUDE (withdrawn, known_to) FROM case_events_versions WHERE known_to IS NULL AND NOT withdrawn;
CREATE VIEW diary AS SELECT * EXCLUDE (withdrawn, known_to) FROM diary_versions WHERE known_to IS NULL AND NOT withdrawn;
CREATE VIEW evaluations AS SELECT * EXCLUDE (withdrawn, known_to) FROM evaluations_versions WHERE known_to IS NULL AND NOT withdrawn;
CREATE VIEW complaints AS SELECT * EXCLUDE (withdrawn, known_to) FROM complaints_versions WHERE known_to IS NULL AND NOT withdrawn;
CREATE VIEW milestones AS SELECT * EXCLUDE (withdrawn, known_to) FROM milestones_versions WHERE known_to IS NULL AND NOT withdrawn;
CREATE VIEW absences AS SELECT * EXCLUDE (withdrawn, known_to) FROM absences_versions WHERE known_to IS NULL AND NOT withdrawn;
CREATE VIEW policies AS SELECT * EXCLUDE (withdrawn, known_to) FROM policies_versions WHERE known_to IS NULL AND NOT withdrawn;
CREATE VIEW policy_pushes AS SELECT * EXCLUDE (withdrawn, known_to) FROM policy_pushes_versions WHERE known_to IS NULL AND NOT withdrawn;
