-- A row without a place in the chain is none of the gateway's.
ALTER TABLE audit ADD CONSTRAINT audit_has_its_place CHECK (seq IS NOT NULL AND hash IS NOT NULL) NOT VALID;
