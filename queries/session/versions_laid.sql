-- Before the obligations: every text that a measure has had is a measure of its own, judged by its own rule.
INSERT INTO measure SELECT * FROM measure_text;
