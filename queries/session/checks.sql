-- What the checks read beside facts and rules.

-- Roles that the rules want held by one.
CREATE OR REPLACE TEMP TABLE lone_role (role VARCHAR NOT NULL);

-- Declared years; provisional: plain weeks without a notice.
CREATE OR REPLACE TEMP TABLE calendar_year (year INTEGER NOT NULL, provisional BOOLEAN NOT NULL);

-- Days that a kind of export may stay without a new row.
CREATE OR REPLACE TEMP TABLE rhythm (tab VARCHAR NOT NULL, days INTEGER NOT NULL);

-- The Chinese of the warehouse's words, by list, and of its columns, by table.
CREATE OR REPLACE TEMP TABLE word (list VARCHAR NOT NULL, word VARCHAR NOT NULL, zh VARCHAR NOT NULL);
