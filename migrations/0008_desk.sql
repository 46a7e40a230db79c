-- Users of the CMS go like everything else the desk removes: the row stays for history.
ALTER TABLE operator ADD COLUMN deleted_at BIGINT;
