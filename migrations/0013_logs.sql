-- The live log and the log of frames are appended to and trimmed, never joined: what they name was read in the unit of
-- work that writes them. The references cost a look-up a row, on PostgreSQL a lock on the charge point too.
CREATE TABLE live_event_log (
    stream   TEXT   NOT NULL,
    seq      BIGINT NOT NULL,
    event_id TEXT   NOT NULL,
    envelope TEXT   NOT NULL,
    rooms    TEXT,
    PRIMARY KEY (stream, seq),
    UNIQUE (stream, event_id)
);
INSERT INTO live_event_log (stream, seq, event_id, envelope, rooms)
SELECT stream, seq, event_id, envelope, rooms FROM live_event;
DROP TABLE live_event;
ALTER TABLE live_event_log RENAME TO live_event;

CREATE TABLE ocpp_message_log (
    id                TEXT    PRIMARY KEY,
    charge_point_id   TEXT    NOT NULL,
    direction         TEXT    NOT NULL,
    kind              TEXT    NOT NULL,
    action            TEXT,
    message_id        TEXT,
    payload           TEXT,
    error_code        TEXT,
    error_description TEXT,
    received_at       BIGINT  NOT NULL,
    bytes             BIGINT  NOT NULL,
    truncated         BOOLEAN NOT NULL,
    trace_id          TEXT    NOT NULL
);
INSERT INTO ocpp_message_log (id, charge_point_id, direction, kind, action, message_id, payload, error_code,
    error_description, received_at, bytes, truncated, trace_id)
SELECT id, charge_point_id, direction, kind, action, message_id, payload, error_code,
    error_description, received_at, bytes, truncated, trace_id FROM ocpp_message;
DROP TABLE ocpp_message;
ALTER TABLE ocpp_message_log RENAME TO ocpp_message;
CREATE INDEX ocpp_message_charge_point ON ocpp_message (charge_point_id, id);
