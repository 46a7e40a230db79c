-- What an admin may change while the gateway runs. What the file or the environment names goes over it: see ADR 22.
CREATE TABLE setting (
    name       TEXT   PRIMARY KEY,             -- as in forecourt.toml: site.currency
    value      TEXT   NOT NULL,
    updated_at BIGINT NOT NULL
);

-- One row from the first operator on, whoever made it: nobody sets the site up by a code any more.
CREATE TABLE setup (
    id      BIGINT PRIMARY KEY CHECK (id = 1),
    done_at BIGINT NOT NULL
);
INSERT INTO setup (id, done_at) SELECT 1, MIN(created_at) FROM operator HAVING COUNT(*) > 0;
