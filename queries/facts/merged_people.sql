-- One row per id of an official that is known to be one with another: is_id stands for it everywhere.
SELECT DISTINCT
    i.id,
    i.is_id
FROM warehouse.identities i
CROSS JOIN params p
WHERE i.kind = 'people'
  AND i.known_from <= p.known_at
  AND (i.known_to IS NULL OR i.known_to > p.known_at)
