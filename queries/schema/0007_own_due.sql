-- Some systems give each case a due of its own (办理期限).

ALTER TABLE cases_versions ADD COLUMN due_at TIMESTAMP;
ALTER TABLE cases_versions ADD COLUMN due_at_whole_day BOOLEAN;

-- A view keeps the columns it was made with.
DROP VIEW cases;
CREATE VIEW cases AS SELECT * EXCLUDE (withdrawn, known_to) FROM cases_versions WHERE known_to IS NULL AND NOT withdrawn;
