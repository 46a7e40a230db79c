-- The same on PostgreSQL: another key, and no reference.
ALTER TABLE meter_reading
    DROP CONSTRAINT meter_reading_charge_point_id_fkey,
    DROP CONSTRAINT meter_reading_pkey,
    ADD PRIMARY KEY (charge_point_id, transaction_id, measured_at, connector_id, context);
