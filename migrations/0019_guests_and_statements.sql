-- A charge that somebody without an account pays for on a payment provider's page: what is to begin once it is paid. Its
-- top-up is the one of the same request.
CREATE TABLE guest_order (
    request         TEXT   PRIMARY KEY,
    customer_id     TEXT   NOT NULL UNIQUE REFERENCES customer (id),
    charge_point_id TEXT   NOT NULL REFERENCES charge_point (id),
    connector_id    BIGINT NOT NULL,
    tariff_version  BIGINT,                    -- of the price that was shown
    link            TEXT   NOT NULL UNIQUE,    -- what the payer's phone comes back with
    link_ends_at    BIGINT NOT NULL,
    status          TEXT   NOT NULL,           -- waiting, charging, ended
    session_id      TEXT   UNIQUE REFERENCES session (id),
    failure_code    TEXT,                      -- why it never began
    failure         TEXT,
    created_at      BIGINT NOT NULL,
    updated_at      BIGINT NOT NULL,
    CHECK (status <> 'charging' OR session_id IS NOT NULL),
    CHECK (status <> 'waiting' OR session_id IS NULL),
    CHECK ((failure_code IS NULL) = (failure IS NULL))
);
CREATE INDEX guest_order_open ON guest_order (created_at) WHERE status <> 'ended';

-- A customer's receipts of a time.
CREATE INDEX receipt_customer ON receipt (customer_id, issued_at);
