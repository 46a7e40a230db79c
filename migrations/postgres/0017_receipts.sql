-- What the receipts refuse, whoever writes. ALWAYS: also where a session calls itself a replica.
CREATE FUNCTION receipt_fits() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.place <> (SELECT COALESCE(MAX(place), 0) + 1 FROM receipt WHERE series = NEW.series)
        OR NEW.place IS DISTINCT FROM (SELECT place FROM receipt_series WHERE name = NEW.series) THEN
        RAISE EXCEPTION 'receipt: its number is the next of its series' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION receipt_series_fits() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' AND NEW.place <> 0 THEN
        RAISE EXCEPTION 'receipt: a series begins with nothing' USING ERRCODE = 'restrict_violation';
    END IF;
    IF TG_OP = 'UPDATE' AND (NEW.name <> OLD.name OR NEW.place <> OLD.place + 1) THEN
        RAISE EXCEPTION 'receipt: a series rises by one' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER receipt_added BEFORE INSERT ON receipt FOR EACH ROW EXECUTE FUNCTION receipt_fits();
CREATE TRIGGER receipt_stays BEFORE UPDATE OR DELETE ON receipt FOR EACH ROW EXECUTE FUNCTION money_refuse();
CREATE TRIGGER receipt_remains BEFORE TRUNCATE ON receipt EXECUTE FUNCTION money_refuse();
CREATE TRIGGER receipt_series_rises BEFORE INSERT OR UPDATE ON receipt_series FOR EACH ROW EXECUTE FUNCTION receipt_series_fits();
CREATE TRIGGER receipt_series_stays BEFORE DELETE ON receipt_series FOR EACH ROW EXECUTE FUNCTION money_refuse();
CREATE TRIGGER receipt_series_remains BEFORE TRUNCATE ON receipt_series EXECUTE FUNCTION money_refuse();

ALTER TABLE receipt ENABLE ALWAYS TRIGGER receipt_added;
ALTER TABLE receipt ENABLE ALWAYS TRIGGER receipt_stays;
ALTER TABLE receipt ENABLE ALWAYS TRIGGER receipt_remains;
ALTER TABLE receipt_series ENABLE ALWAYS TRIGGER receipt_series_rises;
ALTER TABLE receipt_series ENABLE ALWAYS TRIGGER receipt_series_stays;
ALTER TABLE receipt_series ENABLE ALWAYS TRIGGER receipt_series_remains;
