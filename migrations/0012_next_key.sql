-- A charge point's second key (SEC-04): offered, and taken beside the first until it is settled which one the charger has.
-- key_sent_at: since when it may be on its way to the charger; NULL when a person types it in, or when the charger has
-- come again with its first key since.
ALTER TABLE charge_point ADD COLUMN next_password_hash TEXT;
ALTER TABLE charge_point ADD COLUMN key_sent_at BIGINT;
