-- What people did: samples planned and drawn, calls made, notices served, rulings, decisions, bulletins issued.
--
-- Rows are only ever added; what holds is folded from them. Each row's hash is over the one before it, so that a row
-- changed, taken out or put in between shows. `body` is JSON as it was hashed.

CREATE TABLE journal (
    entry_no BIGINT PRIMARY KEY,         -- 1, 2, …
    room     VARCHAR NOT NULL,           -- sampling, judgement, bulletins
    at_time  TIMESTAMP NOT NULL,         -- local time, as stated by who did it
    batch_id BIGINT NOT NULL,            -- the last batch that had come in when it was written; 0: none
    actor    VARCHAR NOT NULL,
    act      VARCHAR NOT NULL,
    subject  VARCHAR NOT NULL,           -- of what: a plan, a finding, a bulletin
    body     VARCHAR NOT NULL,
    previous VARCHAR NOT NULL,           -- sha256 of the entry before; of the first, 64 zeros
    sha256   VARCHAR NOT NULL            -- of the JSON array of all columns but this one, in this order
);
