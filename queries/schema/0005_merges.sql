-- Ids that are one: what was stated, and what it comes to.
--
-- Statements are only ever added. The latest about an id holds; one that says that an id is itself undoes those
-- before it. From them follows, batch by batch, which id each stands for at last (chains resolved), known as records are.

CREATE TABLE merges (
    batch_id  BIGINT NOT NULL,
    source_id BIGINT NOT NULL,
    row_no    BIGINT NOT NULL,           -- as the spreadsheet numbers it, from 1
    kind      VARCHAR NOT NULL,          -- enterprises, people
    id        VARCHAR NOT NULL,
    is_id     VARCHAR NOT NULL,          -- the id it is one with; itself: undone
    reason    VARCHAR
);

CREATE TABLE identities (
    kind       VARCHAR NOT NULL,
    id         VARCHAR NOT NULL,
    is_id      VARCHAR NOT NULL,         -- at the end of the chain
    known_from BIGINT NOT NULL,
    known_to   BIGINT
);

CREATE VIEW merged AS SELECT kind, id, is_id, known_from FROM identities WHERE known_to IS NULL;
