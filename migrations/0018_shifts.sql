-- Closing the day: what was sold and what money moved since the last time, and what lay in the till.

-- How an adjustment was paid: in cash at the desk, or as a credit that nobody paid.
ALTER TABLE adjustment ADD COLUMN method TEXT NOT NULL DEFAULT 'credit';

-- One per closing, numbered without holes. Rows are added, never changed.
CREATE TABLE shift (
    id        TEXT   PRIMARY KEY,
    number    BIGINT NOT NULL UNIQUE CHECK (number > 0),
    currency  TEXT   NOT NULL,
    opened_at BIGINT,                          -- when the one before was closed; none: there was none
    closed_at BIGINT NOT NULL,
    closed_by TEXT   NOT NULL REFERENCES operator (id),
    counted   BIGINT,                          -- the cash that was counted, minor units; none: nobody counted
    note      TEXT,
    report    TEXT   NOT NULL                  -- JSON
);

-- How far it goes: the version of each account of the house, and the place of each series of receipts. The next one goes on
-- from there, so that nothing is counted twice or left out, whatever commits meanwhile.
CREATE TABLE shift_mark (
    shift_id TEXT   NOT NULL REFERENCES shift (id),
    name     TEXT   NOT NULL,                  -- an account's id, or a series
    reached  BIGINT NOT NULL,
    PRIMARY KEY (shift_id, name)
);
