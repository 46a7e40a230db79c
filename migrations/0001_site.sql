-- Stations, charge points, connectors: what the operator registered and what the chargers report.
-- Portable SQL for SQLite and PostgreSQL: TEXT ids, BIGINT milliseconds and Wh, no NUMERIC, no TIMESTAMP.
CREATE TABLE station (
    id         TEXT   PRIMARY KEY,
    name       TEXT   NOT NULL UNIQUE,
    version    BIGINT NOT NULL DEFAULT 1,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);

CREATE TABLE charge_point (
    id               TEXT   PRIMARY KEY,
    identity         TEXT   NOT NULL UNIQUE,
    station_id       TEXT   NOT NULL REFERENCES station (id),
    name             TEXT   NOT NULL,
    security_profile BIGINT NOT NULL CHECK (security_profile BETWEEN 0 AND 3),
    password_hash    TEXT,
    max_power_w      BIGINT NOT NULL CHECK (max_power_w > 0),
    status           TEXT   NOT NULL,
    connectivity     TEXT   NOT NULL,
    since            BIGINT NOT NULL,
    vendor           TEXT,
    model            TEXT,
    serial_number    TEXT,
    firmware_version TEXT,
    remote_address   TEXT,
    -- The gateway that holds the socket, while one does, and which of its sockets it is.
    node             TEXT,
    socket           TEXT,
    last_seen_at     BIGINT,
    booted_at        BIGINT,
    version          BIGINT NOT NULL DEFAULT 1,
    created_at       BIGINT NOT NULL,
    updated_at       BIGINT NOT NULL,
    CHECK (security_profile = 0 OR password_hash IS NOT NULL)
);
CREATE INDEX charge_point_station ON charge_point (station_id);

CREATE TABLE connector (
    charge_point_id TEXT   NOT NULL REFERENCES charge_point (id),
    connector_id    BIGINT NOT NULL CHECK (connector_id > 0),
    type            TEXT   NOT NULL,
    format          TEXT   NOT NULL,
    max_power_w     BIGINT NOT NULL CHECK (max_power_w > 0),
    status          TEXT   NOT NULL,
    error_code      TEXT,
    since           BIGINT NOT NULL,
    version         BIGINT NOT NULL DEFAULT 1,
    PRIMARY KEY (charge_point_id, connector_id)
);
