-- The books: accounts and the transfers between them, double entry. Each transfer moves one amount from one account
-- to another, so that the sum over all accounts is zero by construction. Rows of ledger_transfer are never changed.
CREATE TABLE ledger_account (
    id TEXT PRIMARY KEY,
    kind TEXT NOT NULL,                     -- wallet: what is owed to a customer; adjustments: what the operator gave or took by hand
    customer_id TEXT REFERENCES customer (id),
    currency TEXT NOT NULL,
    balance BIGINT NOT NULL,                -- minor units: credits less debits
    version BIGINT NOT NULL,                -- rises with each transfer
    updated_at BIGINT NOT NULL,
    CHECK ((kind = 'wallet') = (customer_id IS NOT NULL)),
    CHECK (kind <> 'wallet' OR balance >= 0),
    UNIQUE (id, currency)
);
CREATE UNIQUE INDEX ledger_account_of ON ledger_account (kind, currency, COALESCE(customer_id, ''));

CREATE TABLE ledger_transfer (
    id TEXT PRIMARY KEY,
    debit_account TEXT NOT NULL,
    credit_account TEXT NOT NULL,
    currency TEXT NOT NULL,
    amount BIGINT NOT NULL CHECK (amount > 0),
    kind TEXT NOT NULL,
    reason TEXT,
    wallet TEXT,                            -- the customer's side of it, where there is one
    wallet_version BIGINT,                  -- its version with this transfer
    wallet_balance BIGINT,                  -- and its balance
    created_at BIGINT NOT NULL,
    CHECK (debit_account <> credit_account),
    CHECK (wallet IS NULL OR wallet = debit_account OR wallet = credit_account),
    CHECK ((wallet IS NULL) = (wallet_version IS NULL) AND (wallet IS NULL) = (wallet_balance IS NULL)),
    FOREIGN KEY (debit_account, currency) REFERENCES ledger_account (id, currency),
    FOREIGN KEY (credit_account, currency) REFERENCES ledger_account (id, currency),
    UNIQUE (wallet, wallet_version)
);
