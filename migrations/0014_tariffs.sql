-- Tariffs as OCPI 2.2.1 has them (ADR 0015), every version kept for the sessions that were shown it, their dates, and
-- where they hold beside a station's and a charge point's own (ADR 0016).

-- What a tariff was under each of its versions. Never changed, never deleted.
CREATE TABLE tariff_version (
    tariff_id  TEXT   NOT NULL REFERENCES tariff (id),
    version    BIGINT NOT NULL,
    name       TEXT   NOT NULL,
    -- JSON: prices in millionths of the major unit, taxes in thousandths of a percent, Wh, W, mA and seconds.
    rates      TEXT   NOT NULL,
    valid_from BIGINT,
    valid_to   BIGINT,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (tariff_id, version)
);

-- What was one price per kWh, tax included, is one element with one component.
INSERT INTO tariff_version (tariff_id, version, name, rates, created_at)
SELECT id, version, name, '{"currency":"' || currency || '","basis":"included","elements":[{"components":[{"of":"ENERGY","micro":'
    || CAST(per_kwh_micro AS TEXT) || ',"tax":' || CAST(tax_milli AS TEXT) || ',"step":1}]}]}', updated_at
FROM tariff;
INSERT INTO tariff_version (tariff_id, version, name, rates, created_at)
SELECT s.tariff_id, s.tariff_version, MIN(t.name), '{"currency":"' || MIN(s.currency)
    || '","basis":"included","elements":[{"components":[{"of":"ENERGY","micro":' || CAST(MIN(s.per_kwh_micro) AS TEXT)
    || ',"tax":' || CAST(MIN(s.tax_milli) AS TEXT) || ',"step":1}]}]}', MIN(s.requested_at)
FROM session s JOIN tariff t ON t.id = s.tariff_id
WHERE s.tariff_version IS NOT NULL AND s.per_kwh_micro IS NOT NULL
    AND NOT EXISTS (SELECT 1 FROM tariff_version v WHERE v.tariff_id = s.tariff_id AND v.version = s.tariff_version)
GROUP BY s.tariff_id, s.tariff_version;

ALTER TABLE tariff ADD COLUMN valid_from BIGINT;
ALTER TABLE tariff ADD COLUMN valid_to BIGINT;
ALTER TABLE tariff DROP COLUMN per_kwh_micro;
ALTER TABLE tariff DROP COLUMN tax_milli;

-- A session keeps the version it was shown, the clock that holds for it, and what of it is priced so far (JSON).
ALTER TABLE session ADD COLUMN time_zone TEXT;
ALTER TABLE session ADD COLUMN usage TEXT;
UPDATE session SET time_zone = (SELECT time_zone FROM station WHERE station.id = session.station_id)
WHERE tariff_id IS NOT NULL;
ALTER TABLE session DROP COLUMN per_kwh_micro;
ALTER TABLE session DROP COLUMN tax_milli;

-- Some tariffs hold by current; a reading's is the sum over its phases.
ALTER TABLE meter_reading ADD COLUMN current_ma BIGINT;

-- Where a tariff holds beside what stands in station.tariff_id and charge_point.tariff_id: over it for a time, at one
-- connector, or for a group of customers.
CREATE TABLE tariff_place (
    tariff_id       TEXT   NOT NULL REFERENCES tariff (id),
    station_id      TEXT   REFERENCES station (id),
    charge_point_id TEXT   REFERENCES charge_point (id),
    connector_id    BIGINT,
    CHECK ((station_id IS NULL) <> (charge_point_id IS NULL)),
    CHECK (connector_id IS NULL OR charge_point_id IS NOT NULL)
);
CREATE UNIQUE INDEX tariff_place_once ON tariff_place
    (tariff_id, COALESCE(station_id, ''), COALESCE(charge_point_id, ''), COALESCE(connector_id, 0));
CREATE INDEX tariff_place_station ON tariff_place (station_id);
CREATE INDEX tariff_place_charge_point ON tariff_place (charge_point_id);

-- The groups of customers that a tariff is for alone; without one it is for everybody.
CREATE TABLE tariff_group (
    tariff_id TEXT NOT NULL REFERENCES tariff (id),
    name      TEXT NOT NULL,
    PRIMARY KEY (tariff_id, name)
);
CREATE INDEX tariff_group_name ON tariff_group (name);
ALTER TABLE customer ADD COLUMN price_group TEXT;

-- When the price at a place next turns by the clock: whoever finds one that is due tells it, and writes the next. No row:
-- it never does.
CREATE TABLE price_turn (
    station_id      TEXT   NOT NULL REFERENCES station (id),
    charge_point_id TEXT   REFERENCES charge_point (id),
    turns_at        BIGINT NOT NULL
);
CREATE UNIQUE INDEX price_turn_of ON price_turn (station_id, COALESCE(charge_point_id, ''));
CREATE INDEX price_turn_due ON price_turn (turns_at);
