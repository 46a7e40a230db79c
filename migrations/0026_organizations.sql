-- Whose the stations are, where more than one runs them on one system. A station or a user without one is the whole site's.
CREATE TABLE organization (
    id         TEXT   PRIMARY KEY,
    name       TEXT   NOT NULL UNIQUE,         -- a deleted one's has its id behind it, so that it can be used again
    email      TEXT,
    phone      TEXT,
    version    BIGINT NOT NULL DEFAULT 1,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    deleted_at BIGINT
);
ALTER TABLE station ADD COLUMN organization_id TEXT REFERENCES organization (id);
CREATE INDEX station_organization ON station (organization_id);
ALTER TABLE operator ADD COLUMN organization_id TEXT REFERENCES organization (id);
