-- In place of horizon.sql where only what is open is asked: what an act ended before the as-of day is not. Grain: one row.
SELECT p.as_of_day AS day FROM params p
