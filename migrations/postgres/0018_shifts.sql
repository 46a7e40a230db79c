-- What closed days refuse, whoever writes.
CREATE OR REPLACE FUNCTION adjustment_fits() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.status <> 'pending' OR NEW.id <> OLD.id OR NEW.customer_id <> OLD.customer_id OR NEW.currency <> OLD.currency
        OR NEW.amount <> OLD.amount OR NEW.reason <> OLD.reason OR NEW.requested_by <> OLD.requested_by
        OR NEW.requested_at <> OLD.requested_at OR NEW.needs_second <> OLD.needs_second OR NEW.method <> OLD.method THEN
        RAISE EXCEPTION 'adjustment: it is decided once' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION shift_fits() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.number <> (SELECT COALESCE(MAX(number), 0) + 1 FROM shift) THEN
        RAISE EXCEPTION 'shift: its number is the next' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER shift_closed BEFORE INSERT ON shift FOR EACH ROW EXECUTE FUNCTION shift_fits();
CREATE TRIGGER shift_stays BEFORE UPDATE OR DELETE ON shift FOR EACH ROW EXECUTE FUNCTION money_refuse();
CREATE TRIGGER shift_remains BEFORE TRUNCATE ON shift EXECUTE FUNCTION money_refuse();
ALTER TABLE shift ENABLE ALWAYS TRIGGER shift_closed;
ALTER TABLE shift ENABLE ALWAYS TRIGGER shift_stays;
