-- What the books refuse, whoever writes. A BEFORE INSERT trigger also sees what INSERT OR REPLACE would delete, for
-- which no DELETE trigger fires.
CREATE TRIGGER ledger_transfer_added BEFORE INSERT ON ledger_transfer
BEGIN
    SELECT RAISE(ABORT, 'ledger: a transfer is written once') WHERE EXISTS
        (SELECT 1 FROM ledger_transfer WHERE rowid = NEW.rowid OR id = NEW.id OR reference = NEW.reference);
    SELECT RAISE(ABORT, 'ledger: a transfer goes on from where its accounts stand') WHERE NOT EXISTS
        (SELECT 1 FROM ledger_account WHERE id = NEW.debit_account AND version + 1 = NEW.debit_version
           AND balance - NEW.amount = NEW.debit_balance)
        OR NOT EXISTS
        (SELECT 1 FROM ledger_account WHERE id = NEW.credit_account AND version + 1 = NEW.credit_version
           AND balance + NEW.amount = NEW.credit_balance);
END;
CREATE TRIGGER ledger_transfer_moves AFTER INSERT ON ledger_transfer
BEGIN
    UPDATE ledger_account SET balance = NEW.debit_balance, version = NEW.debit_version, updated_at = NEW.created_at
    WHERE id = NEW.debit_account;
    UPDATE ledger_account SET balance = NEW.credit_balance, version = NEW.credit_version, updated_at = NEW.created_at
    WHERE id = NEW.credit_account;
END;
CREATE TRIGGER ledger_transfer_stays BEFORE UPDATE ON ledger_transfer
BEGIN
    SELECT RAISE(ABORT, 'ledger: a transfer is never changed');
END;
CREATE TRIGGER ledger_transfer_remains BEFORE DELETE ON ledger_transfer
BEGIN
    SELECT RAISE(ABORT, 'ledger: a transfer is never deleted');
END;

CREATE TRIGGER ledger_account_opened BEFORE INSERT ON ledger_account
BEGIN
    -- Opening it again is no fault: whoever opens it finds the one that is there.
    SELECT RAISE(IGNORE) WHERE EXISTS
        (SELECT 1 FROM ledger_account WHERE rowid = NEW.rowid OR id = NEW.id
           OR (kind = NEW.kind AND currency = NEW.currency AND COALESCE(customer_id, '') = COALESCE(NEW.customer_id, '')));
    SELECT RAISE(ABORT, 'ledger: an account begins with nothing') WHERE NEW.balance <> 0 OR NEW.version <> 0;
END;
CREATE TRIGGER ledger_account_moves BEFORE UPDATE ON ledger_account
BEGIN
    SELECT RAISE(ABORT, 'ledger: an account moves by transfers') WHERE NEW.id <> OLD.id OR NEW.kind <> OLD.kind
        OR NEW.customer_id IS NOT OLD.customer_id OR NEW.currency <> OLD.currency OR NEW.version <> OLD.version + 1
        OR NOT EXISTS
        (SELECT 1 FROM ledger_transfer WHERE debit_account = NEW.id AND debit_version = NEW.version
           AND debit_balance = NEW.balance
         UNION ALL
         SELECT 1 FROM ledger_transfer WHERE credit_account = NEW.id AND credit_version = NEW.version
           AND credit_balance = NEW.balance);
END;
CREATE TRIGGER ledger_account_remains BEFORE DELETE ON ledger_account
BEGIN
    SELECT RAISE(ABORT, 'ledger: an account is never deleted');
END;

CREATE TRIGGER hold_placed BEFORE INSERT ON hold
BEGIN
    SELECT RAISE(ABORT, 'hold: a charge has one') WHERE EXISTS
        (SELECT 1 FROM hold WHERE rowid = NEW.rowid OR session_id = NEW.session_id);
END;
CREATE TRIGGER hold_resolved BEFORE UPDATE ON hold
BEGIN
    SELECT RAISE(ABORT, 'hold: it is resolved once, and only grows until then') WHERE OLD.status <> 'placed'
        OR NEW.session_id <> OLD.session_id OR NEW.customer_id <> OLD.customer_id OR NEW.currency <> OLD.currency
        OR NEW.amount < OLD.amount;
END;
CREATE TRIGGER hold_remains BEFORE DELETE ON hold
BEGIN
    SELECT RAISE(ABORT, 'hold: it is never deleted');
END;

CREATE TRIGGER bill_written BEFORE INSERT ON bill
BEGIN
    SELECT RAISE(ABORT, 'bill: one is written once') WHERE EXISTS
        (SELECT 1 FROM bill WHERE rowid = NEW.rowid OR id = NEW.id
           OR (session_id = NEW.session_id AND revision = NEW.revision AND kind = NEW.kind));
END;
CREATE TRIGGER bill_stays BEFORE UPDATE ON bill
BEGIN
    SELECT RAISE(ABORT, 'bill: it is never changed');
END;
CREATE TRIGGER bill_remains BEFORE DELETE ON bill
BEGIN
    SELECT RAISE(ABORT, 'bill: it is never deleted');
END;

CREATE TRIGGER adjustment_asked BEFORE INSERT ON adjustment
BEGIN
    SELECT RAISE(ABORT, 'adjustment: one is asked for once') WHERE EXISTS
        (SELECT 1 FROM adjustment WHERE rowid = NEW.rowid OR id = NEW.id);
END;
CREATE TRIGGER adjustment_decided BEFORE UPDATE ON adjustment
BEGIN
    SELECT RAISE(ABORT, 'adjustment: it is decided once') WHERE OLD.status <> 'pending' OR NEW.id <> OLD.id
        OR NEW.customer_id <> OLD.customer_id OR NEW.currency <> OLD.currency OR NEW.amount <> OLD.amount
        OR NEW.reason <> OLD.reason OR NEW.requested_by <> OLD.requested_by OR NEW.requested_at <> OLD.requested_at
        OR NEW.needs_second <> OLD.needs_second;
END;
CREATE TRIGGER adjustment_remains BEFORE DELETE ON adjustment
BEGIN
    SELECT RAISE(ABORT, 'adjustment: it is never deleted');
END;
