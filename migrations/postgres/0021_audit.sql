-- What the audit refuses, whoever writes.
CREATE TRIGGER audit_stays BEFORE UPDATE OR DELETE ON audit FOR EACH ROW EXECUTE FUNCTION money_refuse();
CREATE TRIGGER audit_remains BEFORE TRUNCATE ON audit EXECUTE FUNCTION money_refuse();
ALTER TABLE audit ENABLE ALWAYS TRIGGER audit_stays;
