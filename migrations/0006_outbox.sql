-- Whose an event of the outbox is, its place in the order of publishing, and what more the relay must know of it;
-- which gateways live; which messages were acted on.

-- The gateway that publishes it. "?" is nobody's name: rows from before go to the first gateway that finds them.
ALTER TABLE outbox ADD COLUMN node TEXT NOT NULL DEFAULT '?';
-- The order of publishing: behind everything that could be seen when it was written. Rests on no clock.
ALTER TABLE outbox ADD COLUMN place BIGINT NOT NULL DEFAULT 0;
-- 1 when that gateway's own screens have it and only the broker is waited for.
ALTER TABLE outbox ADD COLUMN pushed BIGINT NOT NULL DEFAULT 0;
ALTER TABLE outbox ADD COLUMN routing_key TEXT NOT NULL DEFAULT '';
ALTER TABLE outbox ADD COLUMN bytes BIGINT NOT NULL DEFAULT 0;
CREATE INDEX outbox_place ON outbox (place);
-- Holds all that is asked of many rows at once: what is next, and how much waits.
CREATE INDEX outbox_next ON outbox (node, pushed, place, id, bytes);
-- What may be dropped when the broker stays away too long.
CREATE INDEX outbox_raw ON outbox (node, place) WHERE type = 'ocpp.message';
CREATE INDEX outbox_figures ON outbox (node, place) WHERE type IN ('meter.values', 'cost.updated');

-- Rooms of what somebody else published; none: an event of the catalogue, whose rooms follow from its data.
ALTER TABLE live_event ADD COLUMN rooms TEXT;

-- The gateways on this database. Each raises its number every few seconds; one that stands still is gone.
CREATE TABLE gateway (
    node  TEXT   PRIMARY KEY,
    beats BIGINT NOT NULL
);

-- Messages whose effect is committed: one that comes again has none.
CREATE TABLE inbox (
    message_id  TEXT   PRIMARY KEY,
    received_at BIGINT NOT NULL
);
CREATE INDEX inbox_received_at ON inbox (received_at);
