-- A row without a place in the chain is none of the gateway's.
CREATE TRIGGER audit_has_its_place BEFORE INSERT ON audit
BEGIN
    SELECT RAISE(ABORT, 'audit: it has no place in the chain') WHERE NEW.seq IS NULL OR NEW.hash IS NULL;
END;
