-- Rulings on single rows of evidence that somebody contested: taken out of every figure, or put back.
--
-- Rows are only ever added, each ruling in a batch of its own; the latest about a row of evidence holds. So figures of
-- before are had with known-at. A row is named as evidence names it: opened_at and class are null where its measure
-- has none, unit where a person answers for it.

CREATE TABLE exclusions (
    batch_id  BIGINT NOT NULL,
    measure   VARCHAR NOT NULL,
    record    VARCHAR NOT NULL,
    opened_at TIMESTAMP,
    class     VARCHAR,
    unit      VARCHAR,
    excluded  BOOLEAN NOT NULL,          -- false: put back
    finding   VARCHAR NOT NULL,          -- under which it was contested
    reason    VARCHAR NOT NULL,
    ruled_by  VARCHAR NOT NULL,
    ruled_at  TIMESTAMP NOT NULL         -- as stated by who ruled
);
