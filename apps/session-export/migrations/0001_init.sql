-- Up Migration
-- Tables of session-export: the record of every session. Times are UTC.

-- One row per session, one column per thing it tells. Partitioned by month through the key itself: a session id is a UUIDv7, so
-- its order is the order in which sessions were first heard of. The id alone finds a row, and a month is dropped as a whole.
-- References are text: those of roaming sessions are made by partners.
CREATE TABLE session_record (
  session_id uuid PRIMARY KEY,
  tenant_id uuid NOT NULL,
  -- A state with a version that is not above this one changes nothing.
  version bigint NOT NULL,
  status text NOT NULL CHECK (status IN ('active', 'completed', 'invalid')),
  origin text NOT NULL CHECK (origin IN ('own-station', 'ocpi', 'oicp')),
  station_id text NOT NULL,
  station_identity text NOT NULL,
  site_id text NOT NULL,
  site_name text NOT NULL,
  location_id text NOT NULL,
  location_name text NOT NULL,
  evse_id text NOT NULL,
  evse_code text NOT NULL,
  evse_number integer NOT NULL,
  connector_number integer NOT NULL,
  time_zone text NOT NULL,
  id_token text NOT NULL,
  id_token_id text NOT NULL,
  group_id text NOT NULL,
  decision text NOT NULL,
  started_at timestamptz NOT NULL,
  ended_at timestamptz,
  received_at timestamptz NOT NULL,
  meter_start_wh bigint NOT NULL,
  meter_last_wh bigint NOT NULL,
  energy_wh bigint NOT NULL,
  power_w bigint,
  soc_percent integer,
  stop_reason text NOT NULL,
  doubts text[] NOT NULL,
  -- [{at, registerWh, powerW}], canonical proto JSON of RegisterReading; empty while the session is live.
  readings jsonb NOT NULL,
  ocpp_transaction_id text NOT NULL,
  estimated boolean NOT NULL,
  updated_at timestamptz NOT NULL
) PARTITION BY RANGE (session_id);

-- Sessions whose month has no partition: ids that are no UUIDv7 of a credible time.
CREATE TABLE session_record_default PARTITION OF session_record DEFAULT;

CREATE INDEX session_record_newest ON session_record (tenant_id, started_at DESC, session_id DESC);
CREATE INDEX session_record_station ON session_record (tenant_id, lower(station_identity), started_at DESC);
CREATE INDEX session_record_site ON session_record (tenant_id, site_id, started_at DESC);
CREATE INDEX session_record_id_token ON session_record (tenant_id, lower(id_token), started_at DESC);
CREATE INDEX session_record_live ON session_record (tenant_id, started_at DESC) WHERE status = 'active';
CREATE INDEX session_record_doubtful ON session_record (tenant_id, started_at DESC) WHERE doubts <> '{}';

SELECT ampline_tenant_table('session_record');

-- When the projection was last read whole from its owners.
CREATE TABLE projection (
  name text PRIMARY KEY,
  built_at timestamptz NOT NULL
);

-- The least UUIDv7 of a time.
CREATE FUNCTION uuid_floor(at timestamptz) RETURNS uuid
LANGUAGE sql IMMUTABLE AS $body$
  SELECT (lpad(to_hex((extract(epoch FROM at) * 1000)::bigint), 12, '0') || repeat('0', 20))::uuid
$body$;

-- Makes the partition of the month (UTC) that `day` lies in, when it is missing. Made as a plain table and attached, which does not
-- lock writers out; rows of that month that had gone to the default partition move along.
CREATE FUNCTION ensure_session_month(day date) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = session_export, pg_temp SET lock_timeout = '2s' AS $body$
DECLARE
  month timestamp := date_trunc('month', day::timestamp);
  partition text := 'session_record_m' || to_char(month, 'YYYYMM');
  lower_bound uuid := uuid_floor(month AT TIME ZONE 'UTC');
  upper_bound uuid := uuid_floor((month + interval '1 month') AT TIME ZONE 'UTC');
BEGIN
  IF to_regclass(partition) IS NOT NULL THEN RETURN; END IF;
  PERFORM pg_advisory_xact_lock(hashtextextended('session_export.months', 0));
  IF to_regclass(partition) IS NOT NULL THEN RETURN; END IF;
  EXECUTE format('CREATE TABLE %I (LIKE session_record INCLUDING DEFAULTS INCLUDING CONSTRAINTS INCLUDING STORAGE) WITH (fillfactor = 80)', partition);
  EXECUTE format('REVOKE ALL ON %I FROM session_export_app, session_export_worker', partition);
  EXECUTE format('WITH moved AS (DELETE FROM session_record_default WHERE session_id >= %L AND session_id < %L RETURNING *) INSERT INTO %I SELECT * FROM moved',
    lower_bound, upper_bound, partition);
  EXECUTE format('ALTER TABLE session_record ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)', partition, lower_bound, upper_bound);
END $body$;

-- Drops the months that ended before `day`; returns the names of their partitions.
CREATE FUNCTION drop_session_months(before date) RETURNS SETOF text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = session_export, pg_temp SET lock_timeout = '2s' AS $body$
DECLARE
  partition text;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended('session_export.months', 0));
  FOR partition IN
    SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
     WHERE i.inhparent = 'session_record'::regclass AND c.relname ~ '^session_record_m[0-9]{6}$'
       AND to_date(right(c.relname, 6), 'YYYYMM') + interval '1 month' <= before
     ORDER BY c.relname
  LOOP
    EXECUTE format('DROP TABLE %I', partition);
    RETURN NEXT partition;
  END LOOP;
END $body$;

REVOKE ALL ON FUNCTION ensure_session_month(date), drop_session_months(date) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ensure_session_month(date), drop_session_months(date) TO session_export_worker;

-- Platform ----------------------------------------------------------------------------------------------------------------------

-- platform-outbox: facts this service has taken in. Copied verbatim into the service's first migration; runs as <schema>_owner.
CREATE TABLE inbox (
  consumer text NOT NULL,           -- <service>/<context>
  event_id uuid NOT NULL,
  received_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (consumer, event_id)
);
CREATE INDEX inbox_received_at ON inbox USING brin (received_at);

-- Facts that could not be applied, and those of the same entity that wait behind them.
CREATE TABLE parked_fact (
  consumer text NOT NULL,
  event_id uuid NOT NULL,
  tenant_id uuid NOT NULL,
  chain text NOT NULL,              -- <entity>.<tenant>.<key>: facts of one chain wait for each other
  subject text NOT NULL,
  key text NOT NULL,
  version bigint NOT NULL,
  occurred_at timestamptz NOT NULL,
  payload text NOT NULL,
  traceparent text,
  state text NOT NULL CHECK (state IN ('poison', 'waiting', 'replayed')),
  tries integer NOT NULL DEFAULT 0,
  error text,                       -- code and message of the last failure
  parked_at timestamptz NOT NULL DEFAULT now(),
  replayed_at timestamptz,
  PRIMARY KEY (consumer, event_id)
);
CREATE INDEX parked_fact_chain ON parked_fact (consumer, chain, version) WHERE state <> 'replayed';

SELECT ampline_worker_table('inbox');
SELECT ampline_worker_table('parked_fact');
