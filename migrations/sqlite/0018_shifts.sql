-- What closed days refuse, whoever writes.
CREATE TRIGGER shift_closed BEFORE INSERT ON shift
BEGIN
    SELECT RAISE(ABORT, 'shift: its number is the next') WHERE NEW.number <> (SELECT COALESCE(MAX(number), 0) + 1 FROM shift)
        OR EXISTS (SELECT 1 FROM shift WHERE rowid = NEW.rowid OR id = NEW.id);
END;
CREATE TRIGGER shift_stays BEFORE UPDATE ON shift
BEGIN
    SELECT RAISE(ABORT, 'shift: it is never changed');
END;
CREATE TRIGGER shift_remains BEFORE DELETE ON shift
BEGIN
    SELECT RAISE(ABORT, 'shift: it is never deleted');
END;
DROP TRIGGER adjustment_decided;
CREATE TRIGGER adjustment_decided BEFORE UPDATE ON adjustment
BEGIN
    SELECT RAISE(ABORT, 'adjustment: it is decided once') WHERE OLD.status <> 'pending' OR NEW.id <> OLD.id
        OR NEW.customer_id <> OLD.customer_id OR NEW.currency <> OLD.currency OR NEW.amount <> OLD.amount
        OR NEW.reason <> OLD.reason OR NEW.requested_by <> OLD.requested_by OR NEW.requested_at <> OLD.requested_at
        OR NEW.needs_second <> OLD.needs_second OR NEW.method <> OLD.method;
END;
