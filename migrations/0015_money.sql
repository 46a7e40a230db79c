-- Money that charges cost: books whose rows fit on both sides, holds, bills, what the operator gives by hand, limits.

-- Accounts of every kind. A customer's: wallet (what it can spend), held (for charges that go on), receivable (what it
-- owes: never above zero). The house's: revenue, tax, clearing (a payment provider's), cash, adjustments.
CREATE TABLE ledger_account_of_any_kind (
    id          TEXT   PRIMARY KEY,
    kind        TEXT   NOT NULL,
    customer_id TEXT   REFERENCES customer (id),
    currency    TEXT   NOT NULL,
    balance     BIGINT NOT NULL,               -- minor units: credits less debits
    version     BIGINT NOT NULL CHECK (version >= 0), -- how many transfers moved it
    updated_at  BIGINT NOT NULL,
    CHECK ((kind IN ('wallet', 'held', 'receivable')) = (customer_id IS NOT NULL)),
    CHECK (kind NOT IN ('wallet', 'held') OR balance >= 0),
    CHECK (kind <> 'receivable' OR balance <= 0),
    UNIQUE (id, currency)
);

-- A transfer says how both its accounts stand with it: their versions and balances are two chains without a hole.
CREATE TABLE ledger_transfer_of_both_sides (
    id             TEXT   PRIMARY KEY,
    reference      TEXT   NOT NULL UNIQUE,     -- what it is for: nothing is booked twice, ever
    kind           TEXT   NOT NULL,
    debit_account  TEXT   NOT NULL,
    debit_version  BIGINT NOT NULL,
    debit_balance  BIGINT NOT NULL,
    credit_account TEXT   NOT NULL,
    credit_version BIGINT NOT NULL,
    credit_balance BIGINT NOT NULL,
    currency       TEXT   NOT NULL,
    amount         BIGINT NOT NULL CHECK (amount > 0),
    session_id     TEXT   REFERENCES session (id),
    reason         TEXT,
    customer_id    TEXT,                       -- whose money came in or went out with it, where it did
    wallet_version BIGINT,                     -- the wallet's version with it
    wallet_amount  BIGINT,                     -- above zero: money in
    wallet_balance BIGINT,                     -- all of the wallet, held or not
    created_at     BIGINT NOT NULL,
    CHECK (debit_account <> credit_account),
    CHECK ((customer_id IS NULL) = (wallet_version IS NULL)),
    CHECK ((customer_id IS NULL) = (wallet_amount IS NULL)),
    CHECK ((customer_id IS NULL) = (wallet_balance IS NULL)),
    CHECK (wallet_amount IS NULL OR wallet_amount = amount OR wallet_amount = -amount),
    FOREIGN KEY (debit_account, currency) REFERENCES ledger_account_of_any_kind (id, currency),
    FOREIGN KEY (credit_account, currency) REFERENCES ledger_account_of_any_kind (id, currency),
    UNIQUE (debit_account, debit_version),
    UNIQUE (credit_account, credit_version),
    UNIQUE (customer_id, currency, wallet_version)
);

INSERT INTO ledger_account_of_any_kind (id, kind, customer_id, currency, balance, version, updated_at)
SELECT id, kind, customer_id, currency, balance, version, updated_at FROM ledger_account;

-- What was there so far gave to wallets or took from them; a wallet's own order is known, the other side's is by time.
INSERT INTO ledger_transfer_of_both_sides (id, reference, kind, debit_account, debit_version, debit_balance, credit_account,
    credit_version, credit_balance, currency, amount, reason, customer_id, wallet_version, wallet_amount, wallet_balance,
    created_at)
WITH leg AS (
    SELECT id, debit_account AS account, -amount AS moved, created_at,
        CASE WHEN wallet = debit_account THEN wallet_version ELSE 0 END AS place
    FROM ledger_transfer
    UNION ALL
    SELECT id, credit_account, amount, created_at, CASE WHEN wallet = credit_account THEN wallet_version ELSE 0 END
    FROM ledger_transfer
), chained AS (
    SELECT id, account,
        ROW_NUMBER() OVER (PARTITION BY account ORDER BY place, created_at, id) AS version,
        SUM(moved) OVER (PARTITION BY account ORDER BY place, created_at, id) AS balance
    FROM leg
)
SELECT t.id, 'transfer:' || t.id, t.kind, t.debit_account, d.version, CAST(d.balance AS BIGINT), t.credit_account,
    c.version, CAST(c.balance AS BIGINT), t.currency, t.amount, t.reason, w.customer_id, t.wallet_version,
    CASE WHEN t.wallet = t.credit_account THEN t.amount WHEN t.wallet = t.debit_account THEN -t.amount END,
    t.wallet_balance, t.created_at
FROM ledger_transfer t
JOIN chained d ON d.id = t.id AND d.account = t.debit_account
JOIN chained c ON c.id = t.id AND c.account = t.credit_account
LEFT JOIN ledger_account w ON w.id = t.wallet;

DROP TABLE ledger_transfer;
DROP TABLE ledger_account;
ALTER TABLE ledger_account_of_any_kind RENAME TO ledger_account;
ALTER TABLE ledger_transfer_of_both_sides RENAME TO ledger_transfer;
CREATE UNIQUE INDEX ledger_account_of ON ledger_account (kind, currency, COALESCE(customer_id, ''));
CREATE INDEX ledger_account_customer ON ledger_account (customer_id);
CREATE INDEX ledger_transfer_session ON ledger_transfer (session_id) WHERE session_id IS NOT NULL;

-- Money kept back for a charge, from before the remote start to its bill. Resolved once.
CREATE TABLE hold (
    session_id  TEXT   PRIMARY KEY REFERENCES session (id),
    customer_id TEXT   NOT NULL REFERENCES customer (id),
    currency    TEXT   NOT NULL,
    amount      BIGINT NOT NULL CHECK (amount > 0), -- with all extensions
    captured    BIGINT NOT NULL CHECK (captured >= 0 AND captured <= amount),
    extensions  BIGINT NOT NULL CHECK (extensions >= 0),
    status      TEXT   NOT NULL,
    placed_at   BIGINT NOT NULL,
    resolved_at BIGINT,
    CHECK ((status = 'placed') = (resolved_at IS NULL)),
    CHECK ((status = 'captured') = (captured > 0))
);
CREATE INDEX hold_open ON hold (placed_at) WHERE status = 'placed';

-- What a charge on account came to. One stands per session; another figure is a reversal of it and the next revision.
CREATE TABLE bill (
    id          TEXT   PRIMARY KEY,
    session_id  TEXT   NOT NULL REFERENCES session (id),
    customer_id TEXT   NOT NULL REFERENCES customer (id),
    revision    BIGINT NOT NULL CHECK (revision > 0),
    kind        TEXT   NOT NULL,               -- bill, reversal
    energy_wh   BIGINT NOT NULL CHECK (energy_wh >= 0),
    currency    TEXT   NOT NULL,
    net_minor   BIGINT NOT NULL,
    tax_minor   BIGINT NOT NULL,
    total_minor BIGINT NOT NULL CHECK (total_minor >= 0 AND total_minor = net_minor + tax_minor),
    paid_minor  BIGINT NOT NULL CHECK (paid_minor >= 0),
    owed_minor  BIGINT NOT NULL CHECK (owed_minor >= 0 AND paid_minor + owed_minor = total_minor),
    created_at  BIGINT NOT NULL,
    UNIQUE (session_id, revision, kind)
);

-- What an operator gives or takes by hand. Above a limit a second one must say yes first (MON-11).
CREATE TABLE adjustment (
    id           TEXT   PRIMARY KEY,
    customer_id  TEXT   NOT NULL REFERENCES customer (id),
    currency     TEXT   NOT NULL,
    amount       BIGINT NOT NULL CHECK (amount <> 0), -- above zero: to the customer
    reason       TEXT   NOT NULL CHECK (reason <> ''),
    status       TEXT   NOT NULL,              -- pending, completed, rejected
    requested_by TEXT   NOT NULL REFERENCES operator (id),
    requested_at BIGINT NOT NULL,
    decided_by   TEXT   REFERENCES operator (id),
    decided_at   BIGINT,
    needs_second BIGINT NOT NULL,
    CHECK ((status = 'pending') = (decided_by IS NULL)),
    CHECK ((decided_by IS NULL) = (decided_at IS NULL)),
    CHECK (needs_second = 0 OR decided_by IS NULL OR decided_by <> requested_by)
);
CREATE INDEX adjustment_customer ON adjustment (customer_id, requested_at);

-- Why no money moves: one row while the books do not add up (MON-08).
CREATE TABLE money_freeze (
    name      TEXT   PRIMARY KEY CHECK (name = 'money'),
    reason    TEXT   NOT NULL,
    frozen_at BIGINT NOT NULL
);

-- Where a driver wants the charge to end.
ALTER TABLE session ADD COLUMN limit_minor BIGINT;
ALTER TABLE session ADD COLUMN limit_energy_wh BIGINT;
ALTER TABLE session ADD COLUMN limit_minutes BIGINT;
ALTER TABLE session ADD COLUMN limit_soc_percent BIGINT;
-- Whether its customer's wallet pays for it. Those from before this migration are paid for by nobody.
ALTER TABLE session ADD COLUMN on_account BIGINT NOT NULL DEFAULT 0;
-- What is held for it now: the hold's amount, beside the figures of each reading.
ALTER TABLE session ADD COLUMN held_minor BIGINT;
-- When a limit is reached, as far as can be foreseen, which, and whether the driver was told.
ALTER TABLE session ADD COLUMN ends_at BIGINT;
ALTER TABLE session ADD COLUMN ends_by TEXT;
ALTER TABLE session ADD COLUMN ends_warned BIGINT NOT NULL DEFAULT 0;
-- When its bill is to be made, or made anew; none: it stands, or it is nobody's.
ALTER TABLE session ADD COLUMN bill_due_at BIGINT;
CREATE INDEX session_ends ON session (ends_at) WHERE ends_at IS NOT NULL;
CREATE INDEX session_bill_due ON session (bill_due_at) WHERE bill_due_at IS NOT NULL;
