-- How long the link of a guest's order holds follows from when the order was made.
ALTER TABLE guest_order DROP COLUMN link_ends_at;
