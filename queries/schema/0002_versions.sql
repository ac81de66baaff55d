-- Every version of every record, one table per kind of export.
--
-- A version is known from the batch that brought it until the batch that brought a newer one (known_to, null:
-- still). Versions are ordered by exported_on, then batch: one that arrives late is born superseded
-- (known_to = known_from). exported_on is the latest export that gave the version: one that repeats it unchanged
-- moves it on, so that an export of a day between is known to be late. A case's events are one set: all its rows
-- share known_from and known_to.
-- <stamp>_whole_day: the file gave a date without a time. grade is 1 to 5.

CREATE TABLE enterprises_versions (
    enterprise_id VARCHAR NOT NULL,
    name VARCHAR NOT NULL,
    kind VARCHAR NOT NULL,
    credit_code VARCHAR,
    scope_category VARCHAR,
    industry VARCHAR,
    area VARCHAR,
    tier VARCHAR,
    stage VARCHAR,
    investment_wan DECIMAL(18,4),
    contact_name VARCHAR,
    contact_phone VARCHAR,
    listed BOOLEAN,
    in_scope_from DATE,
    in_scope_to DATE,
    reached_production_on DATE,
    agreement_signed_on DATE,
    source_id BIGINT NOT NULL,
    row_no BIGINT NOT NULL,
    exported_on DATE NOT NULL,
    withdrawn BOOLEAN NOT NULL,
    known_from BIGINT NOT NULL,
    known_to BIGINT
);

CREATE TABLE people_versions (
    person_id VARCHAR NOT NULL,
    name VARCHAR NOT NULL,
    unit VARCHAR,
    rank VARCHAR,
    phone VARCHAR,
    active_from DATE,
    active_to DATE,
    source_id BIGINT NOT NULL,
    row_no BIGINT NOT NULL,
    exported_on DATE NOT NULL,
    withdrawn BOOLEAN NOT NULL,
    known_from BIGINT NOT NULL,
    known_to BIGINT
);

CREATE TABLE assignments_versions (
    enterprise_id VARCHAR NOT NULL,
    role VARCHAR NOT NULL,
    holder_id VARCHAR,
    holder_name VARCHAR,
    holder_unit VARCHAR,
    valid_from DATE NOT NULL,
    valid_to DATE,
    filed_on DATE,
    filed_with VARCHAR,
    source_id BIGINT NOT NULL,
    row_no BIGINT NOT NULL,
    exported_on DATE NOT NULL,
    withdrawn BOOLEAN NOT NULL,
    known_from BIGINT NOT NULL,
    known_to BIGINT
);

CREATE TABLE cases_versions (
    case_id VARCHAR NOT NULL,
    enterprise_id VARCHAR NOT NULL,
    title VARCHAR,
    detail VARCHAR,
    category VARCHAR,
    case_class VARCHAR,
    channel VARCHAR,
    submitted_at TIMESTAMP NOT NULL,
    submitted_at_whole_day BOOLEAN NOT NULL,
    source_id BIGINT NOT NULL,
    row_no BIGINT NOT NULL,
    exported_on DATE NOT NULL,
    withdrawn BOOLEAN NOT NULL,
    known_from BIGINT NOT NULL,
    known_to BIGINT
);

CREATE TABLE case_events_versions (
    case_id VARCHAR NOT NULL,
    seq BIGINT,
    event VARCHAR NOT NULL,
    "at" TIMESTAMP NOT NULL,
    at_whole_day BOOLEAN NOT NULL,
    actor_id VARCHAR,
    unit VARCHAR,
    until DATE,
    note VARCHAR,
    source_id BIGINT NOT NULL,
    row_no BIGINT NOT NULL,
    exported_on DATE NOT NULL,
    withdrawn BOOLEAN NOT NULL,
    known_from BIGINT NOT NULL,
    known_to BIGINT
);

CREATE TABLE diary_versions (
    entry_id VARCHAR NOT NULL,
    person_id VARCHAR NOT NULL,
    enterprise_id VARCHAR,
    served_on DATE NOT NULL,
    written_at TIMESTAMP,
    written_at_whole_day BOOLEAN,
    kind VARCHAR,
    place VARCHAR,
    participants VARCHAR,
    content VARCHAR,
    problems VARCHAR,
    source_id BIGINT NOT NULL,
    row_no BIGINT NOT NULL,
    exported_on DATE NOT NULL,
    withdrawn BOOLEAN NOT NULL,
    known_from BIGINT NOT NULL,
    known_to BIGINT
);

CREATE TABLE evaluations_versions (
    evaluation_id VARCHAR NOT NULL,
    enterprise_id VARCHAR NOT NULL,
    person_id VARCHAR,
    unit VARCHAR,
    case_id VARCHAR,
    channel VARCHAR,
    "at" TIMESTAMP NOT NULL,
    at_whole_day BOOLEAN NOT NULL,
    grade BIGINT,
    attitude DOUBLE,
    quality DOUBLE,
    efficiency DOUBLE,
    weight DOUBLE,
    stratum VARCHAR,
    plan_id VARCHAR,
    comment VARCHAR,
    source_id BIGINT NOT NULL,
    row_no BIGINT NOT NULL,
    exported_on DATE NOT NULL,
    withdrawn BOOLEAN NOT NULL,
    known_from BIGINT NOT NULL,
    known_to BIGINT
);

CREATE TABLE complaints_versions (
    complaint_id VARCHAR NOT NULL,
    enterprise_id VARCHAR,
    person_id VARCHAR,
    unit VARCHAR,
    received_at TIMESTAMP NOT NULL,
    received_at_whole_day BOOLEAN NOT NULL,
    category VARCHAR,
    content VARCHAR,
    verdict VARCHAR,
    verified_at TIMESTAMP,
    verified_at_whole_day BOOLEAN,
    verified_by VARCHAR,
    finding VARCHAR,
    source_id BIGINT NOT NULL,
    row_no BIGINT NOT NULL,
    exported_on DATE NOT NULL,
    withdrawn BOOLEAN NOT NULL,
    known_from BIGINT NOT NULL,
    known_to BIGINT
);

CREATE TABLE milestones_versions (
    enterprise_id VARCHAR NOT NULL,
    milestone VARCHAR NOT NULL,
    stage VARCHAR,
    unit VARCHAR,
    planned_on DATE NOT NULL,
    done_on DATE,
    source_id BIGINT NOT NULL,
    row_no BIGINT NOT NULL,
    exported_on DATE NOT NULL,
    withdrawn BOOLEAN NOT NULL,
    known_from BIGINT NOT NULL,
    known_to BIGINT
);

CREATE TABLE absences_versions (
    person_id VARCHAR NOT NULL,
    "from" DATE NOT NULL,
    "to" DATE NOT NULL,
    deputy_id VARCHAR,
    source_id BIGINT NOT NULL,
    row_no BIGINT NOT NULL,
    exported_on DATE NOT NULL,
    withdrawn BOOLEAN NOT NULL,
    known_from BIGINT NOT NULL,
    known_to BIGINT
);

CREATE TABLE policies_versions (
    policy_id VARCHAR NOT NULL,
    title VARCHAR NOT NULL,
    issued_on DATE NOT NULL,
    applies_to VARCHAR,
    source_id BIGINT NOT NULL,
    row_no BIGINT NOT NULL,
    exported_on DATE NOT NULL,
    withdrawn BOOLEAN NOT NULL,
    known_from BIGINT NOT NULL,
    known_to BIGINT
);

CREATE TABLE policy_pushes_versions (
    policy_id VARCHAR NOT NULL,
    person_id VARCHAR,
    enterprise_id VARCHAR NOT NULL,
    pushed_at TIMESTAMP NOT NULL,
    pushed_at_whole_day BOOLEAN NOT NULL,
    source_id BIGINT NOT NULL,
    row_no BIGINT NOT NULL,
    exported_on DATE NOT NULL,
    withdrawn BOOLEAN NOT NULL,
    known_from BIGINT NOT NULL,
    known_to BIGINT
);

