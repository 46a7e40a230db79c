-- Receipts: what people read of a bill, numbered without holes; and what chargers signed.

-- A series of numbers. Its row is held until the unit of work ends, so that no number is given twice and none is left out.
CREATE TABLE receipt_series (
    name  TEXT   PRIMARY KEY,                  -- what its numbers begin with, such as 2026; after a restore 2026B
    place BIGINT NOT NULL CHECK (place >= 0)   -- the last number given
);

-- One per bill and reversal that has something to say. Rows are added, never changed.
CREATE TABLE receipt (
    id           TEXT   PRIMARY KEY,
    series       TEXT   NOT NULL REFERENCES receipt_series (name),
    place        BIGINT NOT NULL CHECK (place > 0),
    number       TEXT   NOT NULL UNIQUE,
    bill_id      TEXT   NOT NULL UNIQUE REFERENCES bill (id),
    session_id   TEXT   NOT NULL REFERENCES session (id),
    customer_id  TEXT   NOT NULL REFERENCES customer (id),
    kind         TEXT   NOT NULL,              -- invoice, reversal
    currency     TEXT   NOT NULL,
    net_minor    BIGINT NOT NULL,              -- below zero on a reversal
    tax_minor    BIGINT NOT NULL,
    total_minor  BIGINT NOT NULL CHECK (total_minor = net_minor + tax_minor),
    document     TEXT   NOT NULL,              -- all that it says, JSON (crate receipts)
    link         TEXT   NOT NULL UNIQUE,       -- what its page is found by: 160 random bits
    link_ends_at BIGINT NOT NULL,
    issued_at    BIGINT NOT NULL,
    UNIQUE (series, place)
);
CREATE INDEX receipt_session ON receipt (session_id);
CREATE INDEX receipt_issued ON receipt (issued_at);

-- Meter data as a charger signed it, byte for byte.
CREATE TABLE signed_reading (
    charge_point_id TEXT   NOT NULL,
    transaction_id  BIGINT NOT NULL,
    measured_at     BIGINT NOT NULL,           -- by the charger's clock
    context         TEXT   NOT NULL,           -- Transaction.Begin, Transaction.End, …
    place           BIGINT NOT NULL,           -- among those of its moment
    format          TEXT   NOT NULL,           -- OCMF, …
    data            TEXT   NOT NULL,
    public_key      TEXT   NOT NULL,           -- '': the charger did not send it
    PRIMARY KEY (charge_point_id, transaction_id, measured_at, context, place)
);
