-- The rules of a place as tables; filled from the regime file. TEMP: a figure needs no writer's lock.
CREATE OR REPLACE TEMP TABLE measure (
    measure               VARCHAR NOT NULL,
    position              BIGINT NOT NULL,    -- order in the regime file
    kind                  VARCHAR NOT NULL,   -- deadline, cadence, score, completeness, coverage, load, continuity, tally, integrity
    source                VARCHAR NOT NULL,   -- table whose records it looks at
    state                 BOOLEAN NOT NULL,   -- how things stand on the as-of day, in any period asked
    answers               VARCHAR NOT NULL,   -- role, person_or_role, unit_or_role, event_unit, author, about, left_unit, unit, nobody
    answers_role          VARCHAR,            -- by_stage: as measure_role says for the enterprise's stage
    answers_unit          VARCHAR,
    clock                 VARCHAR,            -- working_days, days, hours, own
    limit_n               INTEGER,            -- deadline: length of the clock; completeness of cases: days after the event; cycle_over: months
    with_complaints       BOOLEAN NOT NULL,   -- complaints run this clock of cases too
    per_unit              BOOLEAN NOT NULL,   -- one clock per department
    redispatch            BOOLEAN NOT NULL,   -- a dispatch to another unit breaks the clock off and starts a new one
    subject               VARCHAR,            -- who owes a slot: person, enterprise, district
    subject_role          VARCHAR,
    slot                  VARCHAR,            -- week, month, quarter, weekday
    slot_weekday          INTEGER,            -- 1 Monday … 7 Sunday
    slot_working          BOOLEAN NOT NULL,   -- only where that day is a working day
    acts_by               VARCHAR,            -- subject, role
    at_least              INTEGER,
    count_by              VARCHAR,            -- written, served_on
    field                 VARCHAR,            -- score: grade, attitude, quality, efficiency
    satisfied             DOUBLE,
    needs_unit            BOOLEAN NOT NULL,   -- only evaluations that judge a department
    sampled               BOOLEAN NOT NULL,   -- answers of a drawn sample: rates follow from its design
    event                 VARCHAR,            -- completeness: which events; of cases, tally of cases: at the first of which
    role                  VARCHAR,            -- load, continuity, changes of holder
    load_min              INTEGER,
    load_max              INTEGER,
    one_role              BOOLEAN NOT NULL,   -- the coverage is about one role: it has class and value
    class_by              VARCHAR,            -- tally: verdict, category
    from_wan              DOUBLE,             -- unlisted: from this investment on
    where_case_class      BOOLEAN NOT NULL,   -- measure_word restricts to some words of this list
    where_category        BOOLEAN NOT NULL,
    where_channel         BOOLEAN NOT NULL,
    where_stage           BOOLEAN NOT NULL,
    where_tier            BOOLEAN NOT NULL,
    where_enterprise_kind BOOLEAN NOT NULL,
    where_act_kind        BOOLEAN NOT NULL,
    where_milestone_stage BOOLEAN NOT NULL
);

-- Which part an event plays in a clock: start, end, or close (breaks it off); of escalation: level, or end.
CREATE OR REPLACE TEMP TABLE measure_part (measure VARCHAR NOT NULL, event VARCHAR NOT NULL, part VARCHAR NOT NULL);

-- Words a measure restricts itself to, by list (not_…: that it leaves out); also the fields and empty words of a
-- completeness, the roles whose acts count (acts_role) and those that must be held (held_role).
CREATE OR REPLACE TEMP TABLE measure_word (measure VARCHAR NOT NULL, list VARCHAR NOT NULL, word VARCHAR NOT NULL);

-- Tests of a coverage: a role's distinct holders or a field, at least and at most. Every group must hold, by one of
-- its tests at least.
CREATE OR REPLACE TEMP TABLE measure_holder (
    measure  VARCHAR NOT NULL,
    group_no BIGINT NOT NULL,
    test_no  BIGINT NOT NULL,
    role     VARCHAR,
    field    VARCHAR,
    at_least INTEGER NOT NULL,
    at_most  INTEGER
);

-- Who answers in each stage of an enterprise, where that is another role in each.
CREATE OR REPLACE TEMP TABLE measure_role (measure VARCHAR NOT NULL, stage VARCHAR NOT NULL, role VARCHAR NOT NULL);

-- Roles that stand for another one; words that files use for a category of cases.
CREATE OR REPLACE TEMP TABLE role_alias (role VARCHAR NOT NULL, is_role VARCHAR NOT NULL);
CREATE OR REPLACE TEMP TABLE category_word (word VARCHAR NOT NULL, category VARCHAR NOT NULL);

-- The texts of measures that changed: measure_text as `measure`, each text under a name of its own; measure_version: of
-- which measure it is a text, for what opens on first_day or later and before end_day.
CREATE OR REPLACE TEMP TABLE measure_text AS SELECT * FROM measure WHERE FALSE;
CREATE OR REPLACE TEMP TABLE measure_version (
    version   VARCHAR NOT NULL,
    measure   VARCHAR NOT NULL,
    first_day DATE NOT NULL,
    end_day   DATE NOT NULL
);
