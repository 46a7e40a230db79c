-- How long a sign-in may lie unused: a quarter of an hour in a browser, less where it was made on a driver screen.
ALTER TABLE access_token ADD COLUMN idle_ms BIGINT NOT NULL DEFAULT 900000;
