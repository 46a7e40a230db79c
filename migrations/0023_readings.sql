-- A reading is written far more often than anything else, and only ever asked for with those of its transaction: so that
-- is how its key begins, and there is no second index. Whose it is was read in the unit of work that writes it; the
-- reference cost a look-up a row. How a table's key is changed, each engine has its own way.
DROP INDEX meter_reading_transaction;
