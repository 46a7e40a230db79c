-- What the audit refuses, whoever writes.
CREATE TRIGGER audit_stays BEFORE UPDATE ON audit
BEGIN
    SELECT RAISE(ABORT, 'audit: it is never changed');
END;
CREATE TRIGGER audit_remains BEFORE DELETE ON audit
BEGIN
    SELECT RAISE(ABORT, 'audit: it is never deleted');
END;
CREATE TRIGGER audit_is_added BEFORE INSERT ON audit
BEGIN
    SELECT RAISE(ABORT, 'audit: it is there already') WHERE EXISTS (SELECT 1 FROM audit WHERE rowid = NEW.rowid OR id = NEW.id);
END;
