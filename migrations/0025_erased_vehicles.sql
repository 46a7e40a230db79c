-- A vehicle that is removed goes: a charge keeps which one it was for, and not the row. Those that were removed before go now.
CREATE TABLE session_vehicle_kept (
    session_id TEXT PRIMARY KEY REFERENCES session (id),
    vehicle_id TEXT NOT NULL
);
INSERT INTO session_vehicle_kept (session_id, vehicle_id) SELECT session_id, vehicle_id FROM session_vehicle;
DROP TABLE session_vehicle;
ALTER TABLE session_vehicle_kept RENAME TO session_vehicle;
DELETE FROM vehicle WHERE deleted_at IS NOT NULL;
ALTER TABLE vehicle DROP COLUMN deleted_at;
