-- Up Migration
-- Whose a session is: who held the token at its begin, and who answered for it. Empty: nobody.

ALTER TABLE session_record ADD COLUMN driver_id text NOT NULL DEFAULT '', ADD COLUMN organisation_id text NOT NULL DEFAULT '';

CREATE INDEX session_record_driver ON session_record (tenant_id, driver_id, started_at DESC, session_id DESC) WHERE driver_id <> '';
CREATE INDEX session_record_organisation ON session_record (tenant_id, organisation_id, started_at DESC, session_id DESC)
  WHERE organisation_id <> '';
CREATE INDEX session_record_station_id ON session_record (tenant_id, station_id, started_at DESC, session_id DESC);
CREATE INDEX session_record_live_station ON session_record (tenant_id, station_id) WHERE status = 'active';
