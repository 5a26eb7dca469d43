-- Up Migration
-- When the newest connection was admitted, while it is not reported open: a command to it waits a moment instead of finding nobody.
ALTER TABLE charging_station ADD COLUMN opening_since timestamptz;
