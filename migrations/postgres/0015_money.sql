-- What the books refuse, whoever writes. ALWAYS: also where a session calls itself a replica.
CREATE FUNCTION money_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '%: rows are added, never changed', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;

CREATE FUNCTION ledger_transfer_fits() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM ledger_account WHERE id = NEW.debit_account AND version + 1 = NEW.debit_version
        AND balance - NEW.amount = NEW.debit_balance FOR UPDATE;
    IF FOUND THEN
        PERFORM 1 FROM ledger_account WHERE id = NEW.credit_account AND version + 1 = NEW.credit_version
            AND balance + NEW.amount = NEW.credit_balance FOR UPDATE;
    END IF;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'ledger: a transfer goes on from where its accounts stand' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION ledger_transfer_moves() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE ledger_account SET balance = NEW.debit_balance, version = NEW.debit_version, updated_at = NEW.created_at
    WHERE id = NEW.debit_account;
    UPDATE ledger_account SET balance = NEW.credit_balance, version = NEW.credit_version, updated_at = NEW.created_at
    WHERE id = NEW.credit_account;
    RETURN NULL;
END $$;

CREATE FUNCTION ledger_account_fits() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.balance <> 0 OR NEW.version <> 0 THEN
            RAISE EXCEPTION 'ledger: an account begins with nothing' USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF NEW.id <> OLD.id OR NEW.kind <> OLD.kind OR NEW.customer_id IS DISTINCT FROM OLD.customer_id
        OR NEW.currency <> OLD.currency OR NEW.version <> OLD.version + 1 OR NOT EXISTS
        (SELECT 1 FROM ledger_transfer WHERE debit_account = NEW.id AND debit_version = NEW.version
           AND debit_balance = NEW.balance
         UNION ALL
         SELECT 1 FROM ledger_transfer WHERE credit_account = NEW.id AND credit_version = NEW.version
           AND credit_balance = NEW.balance) THEN
        RAISE EXCEPTION 'ledger: an account moves by transfers' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION hold_fits() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.status <> 'placed' OR NEW.session_id <> OLD.session_id OR NEW.customer_id <> OLD.customer_id
        OR NEW.currency <> OLD.currency OR NEW.amount < OLD.amount THEN
        RAISE EXCEPTION 'hold: it is resolved once, and only grows until then' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION adjustment_fits() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.status <> 'pending' OR NEW.id <> OLD.id OR NEW.customer_id <> OLD.customer_id OR NEW.currency <> OLD.currency
        OR NEW.amount <> OLD.amount OR NEW.reason <> OLD.reason OR NEW.requested_by <> OLD.requested_by
        OR NEW.requested_at <> OLD.requested_at OR NEW.needs_second <> OLD.needs_second THEN
        RAISE EXCEPTION 'adjustment: it is decided once' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER ledger_transfer_added BEFORE INSERT ON ledger_transfer FOR EACH ROW EXECUTE FUNCTION ledger_transfer_fits();
CREATE TRIGGER ledger_transfer_moves AFTER INSERT ON ledger_transfer FOR EACH ROW EXECUTE FUNCTION ledger_transfer_moves();
CREATE TRIGGER ledger_transfer_stays BEFORE UPDATE OR DELETE ON ledger_transfer FOR EACH ROW EXECUTE FUNCTION money_refuse();
CREATE TRIGGER ledger_transfer_remains BEFORE TRUNCATE ON ledger_transfer EXECUTE FUNCTION money_refuse();
CREATE TRIGGER ledger_account_moves BEFORE INSERT OR UPDATE ON ledger_account FOR EACH ROW EXECUTE FUNCTION ledger_account_fits();
CREATE TRIGGER ledger_account_stays BEFORE DELETE ON ledger_account FOR EACH ROW EXECUTE FUNCTION money_refuse();
CREATE TRIGGER ledger_account_remains BEFORE TRUNCATE ON ledger_account EXECUTE FUNCTION money_refuse();
CREATE TRIGGER hold_resolved BEFORE UPDATE ON hold FOR EACH ROW EXECUTE FUNCTION hold_fits();
CREATE TRIGGER hold_stays BEFORE DELETE ON hold FOR EACH ROW EXECUTE FUNCTION money_refuse();
CREATE TRIGGER hold_remains BEFORE TRUNCATE ON hold EXECUTE FUNCTION money_refuse();
CREATE TRIGGER bill_stays BEFORE UPDATE OR DELETE ON bill FOR EACH ROW EXECUTE FUNCTION money_refuse();
CREATE TRIGGER bill_remains BEFORE TRUNCATE ON bill EXECUTE FUNCTION money_refuse();
CREATE TRIGGER adjustment_decided BEFORE UPDATE ON adjustment FOR EACH ROW EXECUTE FUNCTION adjustment_fits();
CREATE TRIGGER adjustment_stays BEFORE DELETE ON adjustment FOR EACH ROW EXECUTE FUNCTION money_refuse();
CREATE TRIGGER adjustment_remains BEFORE TRUNCATE ON adjustment EXECUTE FUNCTION money_refuse();

ALTER TABLE ledger_transfer ENABLE ALWAYS TRIGGER ledger_transfer_added;
ALTER TABLE ledger_transfer ENABLE ALWAYS TRIGGER ledger_transfer_moves;
ALTER TABLE ledger_transfer ENABLE ALWAYS TRIGGER ledger_transfer_stays;
ALTER TABLE ledger_transfer ENABLE ALWAYS TRIGGER ledger_transfer_remains;
ALTER TABLE ledger_account ENABLE ALWAYS TRIGGER ledger_account_moves;
ALTER TABLE ledger_account ENABLE ALWAYS TRIGGER ledger_account_stays;
ALTER TABLE ledger_account ENABLE ALWAYS TRIGGER ledger_account_remains;
ALTER TABLE hold ENABLE ALWAYS TRIGGER hold_resolved;
ALTER TABLE hold ENABLE ALWAYS TRIGGER hold_stays;
ALTER TABLE hold ENABLE ALWAYS TRIGGER hold_remains;
ALTER TABLE bill ENABLE ALWAYS TRIGGER bill_stays;
ALTER TABLE bill ENABLE ALWAYS TRIGGER bill_remains;
ALTER TABLE adjustment ENABLE ALWAYS TRIGGER adjustment_decided;
ALTER TABLE adjustment ENABLE ALWAYS TRIGGER adjustment_stays;
ALTER TABLE adjustment ENABLE ALWAYS TRIGGER adjustment_remains;
