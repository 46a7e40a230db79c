-- Without a rowid the rows stand in the key itself, those of a transaction side by side: one page is written for a reading, not
-- one of a table and one of its key.
CREATE TABLE meter_reading_keyed (
    charge_point_id TEXT   NOT NULL,
    transaction_id  BIGINT NOT NULL,
    measured_at     BIGINT NOT NULL,
    connector_id    BIGINT NOT NULL,
    context         TEXT   NOT NULL,
    counted_at      BIGINT,
    meter_wh        BIGINT,
    power_w         BIGINT,
    soc_percent     BIGINT,
    current_ma      BIGINT,
    PRIMARY KEY (charge_point_id, transaction_id, measured_at, connector_id, context)
) WITHOUT ROWID;
INSERT INTO meter_reading_keyed (charge_point_id, transaction_id, measured_at, connector_id, context, counted_at, meter_wh,
    power_w, soc_percent, current_ma)
SELECT charge_point_id, transaction_id, measured_at, connector_id, context, counted_at, meter_wh,
    power_w, soc_percent, current_ma FROM meter_reading;
DROP TABLE meter_reading;
ALTER TABLE meter_reading_keyed RENAME TO meter_reading;
