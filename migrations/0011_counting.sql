-- What a charge's energy is counted by: a clock that can be true, and registers that fall (FLT-08, FLT-15).

-- When it began by the clock it is counted by; started_at stays as the charger said it, part of the natural key.
ALTER TABLE session ADD COLUMN began_at BIGINT;
UPDATE session SET began_at = started_at;

-- meter_last_wh is the register that energy_wh counts up to, from now on in sessions that stopped too.
UPDATE session SET meter_last_wh = meter_stop_wh WHERE status = 'stopped' AND meter_stop_wh >= meter_start_wh;
UPDATE session SET energy_wh = CASE WHEN meter_last_wh > meter_start_wh THEN meter_last_wh - meter_start_wh ELSE 0 END
WHERE energy_wh IS NULL;

-- The same of a reading; none: when it was measured. A session that has to count anew asks for its own.
ALTER TABLE meter_reading ADD COLUMN counted_at BIGINT;
CREATE INDEX meter_reading_transaction ON meter_reading (charge_point_id, transaction_id);

-- How far the charger's clock is ahead of ours, as the message that took the shortest way since the boot showed it.
ALTER TABLE charge_point ADD COLUMN clock_skew_ms BIGINT;
