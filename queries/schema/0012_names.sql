-- Names that rows gave in place of ids. by_name: taken for the one person who was called so, on the name alone; `check` looks
-- whether several are since. Else the id was made of the name, nobody being known by it yet: the one place that still says
-- what an id without a record stands for. Each once, in the batch that first had it.
CREATE TABLE named (
    batch_id BIGINT NOT NULL,
    kind     VARCHAR NOT NULL,           -- enterprises, people
    name     VARCHAR NOT NULL,
    id       VARCHAR NOT NULL,
    by_name  BOOLEAN NOT NULL
);
