-- Every frame between a gateway and a charger, for the operator who looks for what went wrong. Kept for a while only.
CREATE TABLE ocpp_message (
    -- Rises with the time: the order in which the frames came and went.
    id                TEXT    PRIMARY KEY,
    charge_point_id   TEXT    NOT NULL REFERENCES charge_point (id),
    direction         TEXT    NOT NULL,
    kind              TEXT    NOT NULL,
    action            TEXT,
    message_id        TEXT,
    -- JSON, keys and passwords left out; none where it was too large.
    payload           TEXT,
    error_code        TEXT,
    error_description TEXT,
    received_at       BIGINT  NOT NULL,
    -- Of the whole frame.
    bytes             BIGINT  NOT NULL,
    truncated         BOOLEAN NOT NULL,
    trace_id          TEXT    NOT NULL
);
CREATE INDEX ocpp_message_charge_point ON ocpp_message (charge_point_id, id);
