-- What the users of the CMS changed: rows are added with the change itself, and never changed.
CREATE TABLE audit (
    id          TEXT   PRIMARY KEY,
    at          BIGINT NOT NULL,
    operator_id TEXT   NOT NULL,               -- as it was then: a user that is removed stays in here
    operator    TEXT   NOT NULL,
    role        TEXT   NOT NULL,
    verb        TEXT   NOT NULL,
    kind        TEXT   NOT NULL,
    object_id   TEXT,
    object_name TEXT,
    changes     TEXT   NOT NULL,               -- JSON: by field, what it was and what it became; no secret
    trace_id    TEXT
);
CREATE INDEX audit_at ON audit (at, id);
CREATE INDEX audit_object ON audit (object_id);
