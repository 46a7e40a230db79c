-- The charging core: what is charged and to whom, sessions from the wish to the end, commands, what does not
-- fit anywhere, alerts, and answers kept for repeated requests.

-- Soft delete: a row stays for history. Its unique texts get its id appended, so that they can be used again.

CREATE TABLE tariff (
    id            TEXT   PRIMARY KEY,
    name          TEXT   NOT NULL UNIQUE,
    currency      TEXT   NOT NULL,
    -- Millionths of the currency's major unit, tax included.
    per_kwh_micro BIGINT NOT NULL CHECK (per_kwh_micro >= 0),
    -- Thousandths of a percent.
    tax_milli     BIGINT NOT NULL CHECK (tax_milli BETWEEN 0 AND 100000),
    version       BIGINT NOT NULL DEFAULT 1,
    created_at    BIGINT NOT NULL,
    updated_at    BIGINT NOT NULL,
    deleted_at    BIGINT
);

CREATE TABLE customer (
    id            TEXT   PRIMARY KEY,
    email         TEXT   NOT NULL UNIQUE,
    name          TEXT   NOT NULL,
    phone         TEXT,
    language      TEXT   NOT NULL,
    password_hash TEXT   NOT NULL,
    version       BIGINT NOT NULL DEFAULT 1,
    created_at    BIGINT NOT NULL,
    updated_at    BIGINT NOT NULL,
    deleted_at    BIGINT
);

ALTER TABLE station ADD COLUMN line1 TEXT NOT NULL DEFAULT '';
ALTER TABLE station ADD COLUMN postal_code TEXT NOT NULL DEFAULT '';
ALTER TABLE station ADD COLUMN city TEXT NOT NULL DEFAULT '';
ALTER TABLE station ADD COLUMN country TEXT NOT NULL DEFAULT '';
ALTER TABLE station ADD COLUMN latitude DOUBLE PRECISION;
ALTER TABLE station ADD COLUMN longitude DOUBLE PRECISION;
ALTER TABLE station ADD COLUMN time_zone TEXT NOT NULL DEFAULT 'UTC';
ALTER TABLE station ADD COLUMN helpline TEXT;
ALTER TABLE station ADD COLUMN tariff_id TEXT REFERENCES tariff (id);
-- What its parts amount to, as last told.
ALTER TABLE station ADD COLUMN points_online BIGINT NOT NULL DEFAULT 0;
ALTER TABLE station ADD COLUMN points_total BIGINT NOT NULL DEFAULT 0;
ALTER TABLE station ADD COLUMN connectors_available BIGINT NOT NULL DEFAULT 0;
ALTER TABLE station ADD COLUMN connectors_total BIGINT NOT NULL DEFAULT 0;
ALTER TABLE station ADD COLUMN deleted_at BIGINT;

ALTER TABLE charge_point ADD COLUMN protocol TEXT NOT NULL DEFAULT '1.6';
ALTER TABLE charge_point ADD COLUMN tariff_id TEXT REFERENCES tariff (id);
ALTER TABLE charge_point ADD COLUMN deleted_at BIGINT;

-- What was registered before has no figures yet.
UPDATE station SET
    points_total = (SELECT COUNT(*) FROM charge_point WHERE charge_point.station_id = station.id),
    connectors_total = (SELECT COUNT(*) FROM connector JOIN charge_point ON charge_point.id = connector.charge_point_id
                        WHERE charge_point.station_id = station.id);

ALTER TABLE id_token ADD COLUMN customer_id TEXT REFERENCES customer (id);
ALTER TABLE id_token ADD COLUMN parent_token TEXT;
ALTER TABLE id_token ADD COLUMN deleted_at BIGINT;
CREATE INDEX id_token_customer ON id_token (customer_id);

-- A session may now wait for its start, or never come to it.
CREATE TABLE session_next (
    id              TEXT   PRIMARY KEY,
    station_id      TEXT   NOT NULL REFERENCES station (id),
    charge_point_id TEXT   NOT NULL REFERENCES charge_point (id),
    connector_id    BIGINT NOT NULL,
    transaction_id  BIGINT UNIQUE CHECK (transaction_id > 0),
    customer_id     TEXT   REFERENCES customer (id),
    id_token        TEXT   NOT NULL,
    status          TEXT   NOT NULL,
    started_by      TEXT   NOT NULL,
    requested_at    BIGINT NOT NULL,
    started_at      BIGINT,
    stopped_at      BIGINT,
    meter_start_wh  BIGINT NOT NULL,
    meter_last_wh   BIGINT NOT NULL,
    meter_stop_wh   BIGINT,
    measured_at     BIGINT,
    power_w         BIGINT,
    soc_percent     BIGINT,
    -- The price it keeps to the end.
    tariff_id       TEXT   REFERENCES tariff (id),
    tariff_version  BIGINT,
    currency        TEXT,
    per_kwh_micro   BIGINT,
    tax_milli       BIGINT,
    -- What it cost, once it is over: the day's revenue is their sum.
    cost_minor      BIGINT,
    energy_wh       BIGINT,
    stop_asked      TEXT,
    stop_reason     TEXT,
    failure_code    TEXT,
    failure_detail  TEXT,
    inferred        BIGINT NOT NULL DEFAULT 0,
    version         BIGINT NOT NULL DEFAULT 1,
    -- The natural key of a StartTransaction. Sessions that wait for one have no started_at, and NULLs never conflict.
    UNIQUE (charge_point_id, connector_id, id_token, meter_start_wh, started_at)
);
INSERT INTO session_next (id, station_id, charge_point_id, connector_id, transaction_id, id_token, status, started_by,
    requested_at, started_at, stopped_at, meter_start_wh, meter_last_wh, meter_stop_wh, measured_at, power_w, soc_percent,
    energy_wh, stop_reason, version)
SELECT id, station_id, charge_point_id, connector_id, transaction_id, id_token, status, started_by,
    started_at, started_at, stopped_at, meter_start_wh, meter_last_wh, meter_stop_wh, measured_at, power_w, soc_percent,
    CASE WHEN meter_stop_wh IS NULL THEN NULL ELSE meter_stop_wh - meter_start_wh END, stop_reason, version
FROM session;
DROP TABLE session;
ALTER TABLE session_next RENAME TO session;
CREATE INDEX session_status ON session (status, requested_at);
CREATE INDEX session_charge_point ON session (charge_point_id, connector_id, status);
CREATE INDEX session_station ON session (station_id, stopped_at);
CREATE INDEX session_customer ON session (customer_id, requested_at);
CREATE INDEX session_token ON session (id_token, status);

-- Sign-ins of customers beside those of operators: exactly one of the two.
CREATE TABLE access_token_next (
    id           TEXT   PRIMARY KEY,
    token_hash   TEXT   NOT NULL UNIQUE,
    operator_id  TEXT   REFERENCES operator (id),
    customer_id  TEXT   REFERENCES customer (id),
    created_at   BIGINT NOT NULL,
    last_used_at BIGINT NOT NULL,
    expires_at   BIGINT NOT NULL,
    CHECK ((operator_id IS NULL) <> (customer_id IS NULL))
);
INSERT INTO access_token_next (id, token_hash, operator_id, created_at, last_used_at, expires_at)
SELECT id, token_hash, operator_id, created_at, last_used_at, expires_at FROM access_token;
DROP TABLE access_token;
ALTER TABLE access_token_next RENAME TO access_token;

CREATE TABLE command (
    id                TEXT   PRIMARY KEY,
    action            TEXT   NOT NULL,
    charge_point_id   TEXT   NOT NULL REFERENCES charge_point (id),
    identity          TEXT   NOT NULL,
    payload           TEXT   NOT NULL,
    status            TEXT   NOT NULL,
    requested_by_kind TEXT   NOT NULL,
    requested_by_id   TEXT,
    requested_by_name TEXT   NOT NULL,
    session_id        TEXT,
    -- The gateway that sends it.
    node              TEXT   NOT NULL,
    requested_at      BIGINT NOT NULL,
    sent_at           BIGINT,
    answered_at       BIGINT,
    response          TEXT,
    error_code        TEXT,
    error_detail      TEXT
);
CREATE INDEX command_charge_point ON command (charge_point_id, requested_at);
CREATE INDEX command_open ON command (status, node);

-- What chargers say of transactions and fits nowhere: answered, kept whole, looked at by a person.
CREATE TABLE suspense (
    id              TEXT   PRIMARY KEY,
    charge_point_id TEXT   NOT NULL REFERENCES charge_point (id),
    action          TEXT   NOT NULL,
    reason          TEXT   NOT NULL,
    payload         TEXT   NOT NULL,
    received_at     BIGINT NOT NULL
);
CREATE INDEX suspense_received ON suspense (received_at);

-- Answers kept for a repeated Idempotency-Key, by whom and which route it came.
CREATE TABLE idempotency (
    scope        TEXT   NOT NULL,
    key          TEXT   NOT NULL,
    request_hash TEXT   NOT NULL,
    status       BIGINT,
    body         TEXT,
    created_at   BIGINT NOT NULL,
    PRIMARY KEY (scope, key)
);
CREATE INDEX idempotency_created ON idempotency (created_at);

CREATE TABLE alert (
    id              TEXT   PRIMARY KEY,
    kind            TEXT   NOT NULL,
    subject         TEXT   NOT NULL,
    severity        TEXT   NOT NULL,
    title           TEXT   NOT NULL,
    detail          TEXT   NOT NULL,
    station_id      TEXT,
    charge_point_id TEXT,
    session_id      TEXT,
    raised_at       BIGINT NOT NULL,
    acknowledged_at BIGINT,
    cleared_at      BIGINT
);
CREATE INDEX alert_open ON alert (cleared_at, raised_at);
-- An alert stands once.
CREATE UNIQUE INDEX alert_standing ON alert (kind, subject) WHERE cleared_at IS NULL;
