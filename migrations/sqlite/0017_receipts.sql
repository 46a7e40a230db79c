-- What the receipts refuse, whoever writes.
CREATE TRIGGER receipt_written BEFORE INSERT ON receipt
BEGIN
    SELECT RAISE(ABORT, 'receipt: its number is the next of its series') WHERE EXISTS
        (SELECT 1 FROM receipt WHERE rowid = NEW.rowid OR id = NEW.id OR bill_id = NEW.bill_id OR number = NEW.number
           OR link = NEW.link)
        OR NEW.place <> (SELECT COALESCE(MAX(place), 0) + 1 FROM receipt WHERE series = NEW.series)
        OR NEW.place IS NOT (SELECT place FROM receipt_series WHERE name = NEW.series);
END;
CREATE TRIGGER receipt_stays BEFORE UPDATE ON receipt
BEGIN
    SELECT RAISE(ABORT, 'receipt: it is never changed');
END;
CREATE TRIGGER receipt_remains BEFORE DELETE ON receipt
BEGIN
    SELECT RAISE(ABORT, 'receipt: it is never deleted');
END;
CREATE TRIGGER receipt_series_rises BEFORE UPDATE ON receipt_series
BEGIN
    SELECT RAISE(ABORT, 'receipt: a series rises by one') WHERE NEW.name <> OLD.name OR NEW.place <> OLD.place + 1;
END;
CREATE TRIGGER receipt_series_begins BEFORE INSERT ON receipt_series
BEGIN
    SELECT RAISE(ABORT, 'receipt: a series begins with nothing') WHERE NEW.place <> 0
        OR EXISTS (SELECT 1 FROM receipt_series WHERE rowid = NEW.rowid);
END;
CREATE TRIGGER receipt_series_remains BEFORE DELETE ON receipt_series
BEGIN
    SELECT RAISE(ABORT, 'receipt: a series is never deleted');
END;
