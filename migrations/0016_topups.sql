-- Money that drivers pay in: on a payment provider's page, or with a prepaid code.

-- A top-up, from before the provider hears of it. What was ordered is kept as it was: asked again, it is the same order.
CREATE TABLE topup (
    id           TEXT   PRIMARY KEY,
    request      TEXT   NOT NULL UNIQUE,       -- hash of who asked under which Idempotency-Key: a repeat goes on with this row
    customer_id  TEXT   NOT NULL REFERENCES customer (id),
    provider     TEXT   NOT NULL,              -- stripe, razorpay
    currency     TEXT   NOT NULL,
    amount       BIGINT NOT NULL CHECK (amount > 0),
    return_url   TEXT   NOT NULL,
    status       TEXT   NOT NULL,              -- pending, completed, failed, abandoned
    provider_ref TEXT,                         -- the provider's id of the page; none: it was not made yet
    checkout_url TEXT,
    payment_ref  TEXT,                         -- the provider's id of the payment
    refunded     BIGINT NOT NULL CHECK (refunded >= 0 AND refunded <= amount),
    expires_at   BIGINT NOT NULL,
    look_at      BIGINT,                       -- when the provider is asked next; none: there is nothing to ask
    created_at   BIGINT NOT NULL,
    updated_at   BIGINT NOT NULL,
    CHECK ((provider_ref IS NULL) = (checkout_url IS NULL)),
    CHECK (status <> 'completed' OR payment_ref IS NOT NULL),
    CHECK (refunded = 0 OR status = 'completed'),
    UNIQUE (provider, provider_ref)
);
CREATE INDEX topup_look ON topup (look_at) WHERE look_at IS NOT NULL;
CREATE INDEX topup_customer ON topup (customer_id, created_at);

-- Money of a top-up that goes back: by an operator here, or by hand at the provider (then nobody requested it here).
CREATE TABLE topup_refund (
    id           TEXT   PRIMARY KEY,
    topup_id     TEXT   NOT NULL REFERENCES topup (id),
    amount       BIGINT NOT NULL CHECK (amount > 0),
    reason       TEXT   NOT NULL,
    status       TEXT   NOT NULL,              -- pending, completed, failed
    refund_ref   TEXT,                         -- the provider's id of it
    requested_by TEXT   REFERENCES operator (id),
    look_at      BIGINT,                       -- when the provider is asked next; none: it answered
    created_at   BIGINT NOT NULL,
    resolved_at  BIGINT,
    CHECK ((status = 'pending') = (resolved_at IS NULL)),
    UNIQUE (topup_id, refund_ref)
);
CREATE INDEX topup_refund_look ON topup_refund (look_at) WHERE look_at IS NOT NULL;

-- Prepaid codes are made in batches, all worth the same. They are kept as they are: an operator prints them again.
CREATE TABLE prepaid_batch (
    id         TEXT   PRIMARY KEY,
    name       TEXT   NOT NULL,
    currency   TEXT   NOT NULL,
    amount     BIGINT NOT NULL CHECK (amount > 0),
    codes      BIGINT NOT NULL CHECK (codes > 0),
    expires_at BIGINT,
    created_by TEXT   NOT NULL REFERENCES operator (id),
    created_at BIGINT NOT NULL,
    voided_at  BIGINT
);

CREATE TABLE prepaid_code (
    id          TEXT   PRIMARY KEY,
    batch_id    TEXT   NOT NULL REFERENCES prepaid_batch (id),
    code        TEXT   NOT NULL UNIQUE,
    redeemed_by TEXT   REFERENCES customer (id),
    redeemed_at BIGINT,
    CHECK ((redeemed_by IS NULL) = (redeemed_at IS NULL))
);
CREATE INDEX prepaid_code_batch ON prepaid_code (batch_id, id);
