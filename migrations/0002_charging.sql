-- Who may charge, sessions and what was measured in them.
CREATE TABLE id_token (
    id         TEXT   PRIMARY KEY,
    token      TEXT   NOT NULL UNIQUE,
    status     TEXT   NOT NULL,
    expires_at BIGINT,
    created_at BIGINT NOT NULL
);

-- Numbers that chargers keep: OCPP 1.6 transaction ids are 32-bit, above zero, never reused.
CREATE TABLE counter (
    name  TEXT   PRIMARY KEY,
    value BIGINT NOT NULL
);

CREATE TABLE session (
    id              TEXT   PRIMARY KEY,
    station_id      TEXT   NOT NULL REFERENCES station (id),
    charge_point_id TEXT   NOT NULL REFERENCES charge_point (id),
    connector_id    BIGINT NOT NULL,
    transaction_id  BIGINT NOT NULL UNIQUE CHECK (transaction_id > 0),
    customer_id     TEXT,
    id_token        TEXT   NOT NULL,
    status          TEXT   NOT NULL,
    started_by      TEXT   NOT NULL,
    started_at      BIGINT NOT NULL,
    stopped_at      BIGINT,
    meter_start_wh  BIGINT NOT NULL,
    meter_last_wh   BIGINT NOT NULL,
    meter_stop_wh   BIGINT,
    measured_at     BIGINT,
    power_w         BIGINT,
    soc_percent     BIGINT,
    stop_reason     TEXT,
    version         BIGINT NOT NULL DEFAULT 1,
    -- The natural key of a StartTransaction: a charger that repeats it with a new message id gets the same session.
    UNIQUE (charge_point_id, connector_id, id_token, meter_start_wh, started_at)
);
CREATE INDEX session_status ON session (status, started_at);
CREATE INDEX session_charge_point ON session (charge_point_id, status);

-- The natural key of a reading: a repeated MeterValues is stored once.
CREATE TABLE meter_reading (
    charge_point_id TEXT   NOT NULL REFERENCES charge_point (id),
    connector_id    BIGINT NOT NULL,
    transaction_id  BIGINT NOT NULL,
    measured_at     BIGINT NOT NULL,
    context         TEXT   NOT NULL,
    meter_wh        BIGINT,
    power_w         BIGINT,
    soc_percent     BIGINT,
    PRIMARY KEY (charge_point_id, connector_id, transaction_id, measured_at, context)
);
