-- One row per change of holder by as-of: an assignment whose holder is none of those whom the same role of the
-- enterprise had at its previous valid_from. Two who are named on one day are no change of each other.
WITH assigned AS (
    SELECT a.enterprise_id, a.role, a.holder, a.valid_from, a.filed_on FROM assignments a
),
-- Most roles of an enterprise have one valid_from only; there is nothing to put into order.
several AS (
    SELECT a.enterprise_id, a.role
    FROM assigned a
    GROUP BY a.enterprise_id, a.role
    HAVING MIN(a.valid_from) < MAX(a.valid_from)
),
turn AS (
    SELECT a.*, DENSE_RANK() OVER (PARTITION BY a.enterprise_id, a.role ORDER BY a.valid_from NULLS LAST) AS turn_no
    FROM assigned a
    INNER JOIN several s ON s.enterprise_id = a.enterprise_id AND s.role = a.role
),
followed AS (
    SELECT t.*, LAG(t.turn_no) OVER (PARTITION BY t.enterprise_id, t.role, t.holder ORDER BY t.turn_no NULLS LAST) AS own_turn
    FROM turn t
)
SELECT f.enterprise_id, f.role, f.holder, f.valid_from, f.filed_on
FROM followed f
WHERE f.turn_no > 1 AND COALESCE(f.own_turn, 0) <> f.turn_no - 1
