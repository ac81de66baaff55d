-- Names of the subjects that have one of their own (table `subject_name`). Grain: one person or enterprise known, where
-- fold_by asks for them.
SELECT b.dimension, h.person_id AS subject_id, h.name
FROM people h
INNER JOIN fold_by b ON b.dimension = 'person'
UNION ALL
SELECT b.dimension, n.enterprise_id AS subject_id, n.name
FROM enterprises n
INNER JOIN fold_by b ON b.dimension = 'enterprise'
