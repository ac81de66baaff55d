-- Of when, and which days are worked. One row of params per computation; the states of many months (coverage, load)
-- are computed at once, with a row for each as-of.
CREATE OR REPLACE TEMP TABLE params (
    period_first  DATE NOT NULL,
    period_last   DATE NOT NULL,
    as_of         TIMESTAMP NOT NULL,   -- what happened by this instant
    as_of_day     DATE NOT NULL,        -- the day of (as_of − 1 s)
    known_at      BIGINT NOT NULL,      -- what had come in with this batch or earlier
    in_force_from DATE NOT NULL
);

-- What figures are added up by; a row for each dimension asked.
CREATE OR REPLACE TEMP TABLE fold_by (dimension VARCHAR NOT NULL);

-- Rates of sampled measures by their design, by dimension, measure and subject; computed outside of SQL.
CREATE OR REPLACE TEMP TABLE design_rate (
    measure    VARCHAR NOT NULL,
    dimension  VARCHAR NOT NULL,
    subject_id VARCHAR,
    rate       DOUBLE NOT NULL,
    ci_low     DOUBLE,
    ci_high    DOUBLE,
    mean       DOUBLE NOT NULL
);

-- Enterprise-days in scope that a tally of changes is divided by, and names of subjects; laid by folds/exposure.sql and
-- folds/names.sql where measures and dimensions ask for them.
CREATE OR REPLACE TEMP TABLE exposure (dimension VARCHAR NOT NULL, subject_id VARCHAR, days BIGINT);
CREATE OR REPLACE TEMP TABLE subject_name (dimension VARCHAR NOT NULL, subject_id VARCHAR NOT NULL, name VARCHAR);

-- Windows that classes of evidence look at.
CREATE OR REPLACE TEMP TABLE span (span VARCHAR NOT NULL, first_day DATE NOT NULL, last_day DATE NOT NULL);

-- Every day; is_workday and ordinal are null where no notice declares the year.
CREATE OR REPLACE TEMP TABLE calendar (
    day        DATE NOT NULL,
    is_workday BOOLEAN,
    ordinal    INTEGER,             -- working days up to and with this day
    weekday    INTEGER NOT NULL,    -- 1 Monday … 7 Sunday
    iso_week   VARCHAR NOT NULL,    -- 2026-W07
    month      VARCHAR NOT NULL,    -- 2026-02
    quarter    VARCHAR NOT NULL     -- 2026-Q1
);

-- The n-th working day.
CREATE OR REPLACE TEMP TABLE workday (ordinal INTEGER NOT NULL, day DATE NOT NULL);

-- Pauses, and events of the cases whose clocks are looked at; as clocks/pauses.sql and clocks/events.sql give them.
CREATE OR REPLACE TEMP TABLE pauses (
    measure VARCHAR, case_id VARCHAR, began_at TIMESTAMP, began_day DATE, day_rank INTEGER, seq BIGINT, ended_at TIMESTAMP, ended_day DATE
);
CREATE OR REPLACE TEMP TABLE touched_events (
    case_id VARCHAR, seq BIGINT, event VARCHAR, "at" TIMESTAMP, day DATE, whole_day BOOLEAN, unit VARCHAR, until DATE
);

-- What the registers say of their clocks, before it is judged: when each began and when it was done; as the files of queries/registers
-- give it.
CREATE OR REPLACE TEMP TABLE registered (
    measure         VARCHAR NOT NULL,
    record          VARCHAR NOT NULL,
    enterprise_id   VARCHAR,
    category        VARCHAR,
    person_id       VARCHAR,
    unit            VARCHAR,
    opened_at       TIMESTAMP,            -- a milestone has none
    open_whole_day  BOOLEAN NOT NULL,
    ended_at        TIMESTAMP,
    ended_whole_day BOOLEAN,
    planned_on      DATE,
    step_stage      VARCHAR               -- a milestone's own
);

-- Rows of all kinds before it is said who answers. Two outcomes never become evidence: `dropped` (another act broke
-- the clock off before its due) and `standing` (a stay that has not ended).
CREATE OR REPLACE TEMP TABLE obligation (
    measure      VARCHAR NOT NULL,
    record       VARCHAR NOT NULL,
    person_id    VARCHAR,
    unit         VARCHAR,
    answers_role VARCHAR,
    enterprise_id VARCHAR,
    category     VARCHAR,
    class        VARCHAR,
    channel      VARCHAR,
    stage        VARCHAR,
    tier         VARCHAR,
    opened_at    TIMESTAMP,
    due_day      DATE,
    due_at       TIMESTAMP,
    done_at      TIMESTAMP,
    decided_on   DATE,
    outcome      VARCHAR,
    value        DOUBLE,
    weight       DOUBLE,
    shared       BOOLEAN NOT NULL,
    extended     BOOLEAN NOT NULL,
    paused       DOUBLE NOT NULL,
    elapsed      DOUBLE,                -- time run until its end or as-of, net of pauses, in the clock's unit
    ended_by     VARCHAR,               -- the act that ended it, or broke it off
    ended_on     DATE
);

-- What every figure is a fold of.
CREATE OR REPLACE TEMP TABLE evidence (
    measure      VARCHAR NOT NULL,
    record       VARCHAR NOT NULL,
    person_id    VARCHAR,
    unit         VARCHAR,
    enterprise_id VARCHAR,
    category     VARCHAR,
    class        VARCHAR,
    channel      VARCHAR,
    stage        VARCHAR,
    tier         VARCHAR,
    opened_at    TIMESTAMP,
    due_day      DATE,
    due_at       TIMESTAMP,
    done_at      TIMESTAMP,
    decided_on   DATE,
    outcome      VARCHAR,
    value        DOUBLE,
    weight       DOUBLE,
    shared       BOOLEAN NOT NULL,
    extended     BOOLEAN NOT NULL,
    paused       DOUBLE NOT NULL,
    elapsed      DOUBLE,                -- time run until its end or as-of, net of pauses, in the clock's unit
    ended_by     VARCHAR,               -- the act that ended it, or broke it off
    ended_on     DATE
);

-- Texts of the diary that are nearly the same, by group; found outside SQL.
CREATE OR REPLACE TEMP TABLE similar_text (group_no BIGINT NOT NULL, entry_id VARCHAR NOT NULL, likeness DOUBLE NOT NULL);

-- Records that a lead rests on: of which sign, in which lead (its first record), when, and how much (likeness, days late).
CREATE OR REPLACE TEMP TABLE lead_record (
    sign          VARCHAR NOT NULL,
    lead          VARCHAR NOT NULL,
    record        VARCHAR NOT NULL,
    person_id     VARCHAR,
    enterprise_id VARCHAR,
    happened_at   TIMESTAMP,
    day           DATE,
    value         DOUBLE
);

-- Stays that go on at as-of: evidence of nothing yet, but of where cases are.
CREATE OR REPLACE TEMP TABLE standing AS SELECT * FROM evidence WHERE FALSE;

-- Rows that a ruling took out of every figure, with the finding that they were contested under, and the ruling.
CREATE OR REPLACE TEMP TABLE excluded AS SELECT * FROM evidence WHERE FALSE;
ALTER TABLE temp.excluded ADD COLUMN finding VARCHAR;
ALTER TABLE temp.excluded ADD COLUMN reason VARCHAR;
ALTER TABLE temp.excluded ADD COLUMN ruled_by VARCHAR;
ALTER TABLE temp.excluded ADD COLUMN ruled_at TIMESTAMP;

-- What lists/deeds.sql looks for: levels from the lowest, and the measures that settle and judge, within days.
CREATE OR REPLACE TEMP TABLE deed_level (event VARCHAR NOT NULL, position BIGINT NOT NULL);
CREATE OR REPLACE TEMP TABLE deed_rule (settled VARCHAR NOT NULL, satisfied VARCHAR NOT NULL, first_day DATE NOT NULL, last_day DATE NOT NULL);
