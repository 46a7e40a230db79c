-- ALWAYS, like every other guard: also where a session calls itself a replica.
ALTER TABLE audit ENABLE ALWAYS TRIGGER audit_remains;
ALTER TABLE shift ENABLE ALWAYS TRIGGER shift_remains;
