-- What drivers drive, as they call it themselves, and which car a charge was for.
CREATE TABLE vehicle (
    id          TEXT   PRIMARY KEY,
    customer_id TEXT   NOT NULL REFERENCES customer (id),
    name        TEXT   NOT NULL,
    plate       TEXT,
    battery_wh  BIGINT CHECK (battery_wh > 0),
    version     BIGINT NOT NULL DEFAULT 1,
    created_at  BIGINT NOT NULL,
    updated_at  BIGINT NOT NULL,
    deleted_at  BIGINT
);
CREATE INDEX vehicle_customer ON vehicle (customer_id);

CREATE TABLE session_vehicle (
    session_id TEXT PRIMARY KEY REFERENCES session (id),
    vehicle_id TEXT NOT NULL REFERENCES vehicle (id)
);
