-- Events on their way out (outbox) and as pushed to the screens (live log).

-- The newest number per key: its row lock is what keeps a key's events in the order of their commits.
CREATE TABLE event_key (
    key      TEXT   PRIMARY KEY,
    last_seq BIGINT NOT NULL
);

CREATE TABLE outbox (
    id         TEXT   PRIMARY KEY,
    type       TEXT   NOT NULL,
    key        TEXT   NOT NULL,
    key_seq    BIGINT NOT NULL,
    envelope   TEXT   NOT NULL,
    created_at BIGINT NOT NULL,
    UNIQUE (key, key_seq)
);

-- A gateway's own numbering of what it pushed; another stream id means that the log was lost.
CREATE TABLE live_stream (
    node     TEXT   PRIMARY KEY,
    stream   TEXT   NOT NULL UNIQUE,
    last_seq BIGINT NOT NULL
);

CREATE TABLE live_event (
    stream   TEXT   NOT NULL REFERENCES live_stream (stream),
    seq      BIGINT NOT NULL,
    event_id TEXT   NOT NULL,
    envelope TEXT   NOT NULL,
    PRIMARY KEY (stream, seq),
    UNIQUE (stream, event_id)
);
