-- Each row of the audit is bound to the one before it by a hash (ADR 31): none is changed, left out or put in between unseen, not even by
-- who may switch triggers off. Rows from before this have no place in the chain; how many they are stays known.
ALTER TABLE audit ADD COLUMN seq BIGINT;
ALTER TABLE audit ADD COLUMN hash TEXT;
CREATE UNIQUE INDEX audit_seq ON audit (seq);
CREATE TABLE audit_head (
    id      BIGINT PRIMARY KEY CHECK (id = 1),
    seq     BIGINT NOT NULL,                   -- of the newest row
    hash    TEXT   NOT NULL,
    earlier BIGINT NOT NULL                    -- rows from before the chain
);
INSERT INTO audit_head (id, seq, hash, earlier) SELECT 1, 0, '', COUNT(*) FROM audit;
