-- Up Migration
-- Tables of ocpp-csms. Times are UTC. `tenant_id` on every tenant table; row security is switched on at the end of the file.

-- Projections of accounts -----------------------------------------------------------------------------------------------------

CREATE TABLE tenant (
  tenant_id uuid PRIMARY KEY,
  slug text NOT NULL UNIQUE,
  name text NOT NULL,
  status text NOT NULL CHECK (status IN ('active', 'suspended')),
  version bigint NOT NULL
);

CREATE TABLE id_token (
  id_token_id uuid PRIMARY KEY,
  tenant_id uuid NOT NULL,
  id_token text NOT NULL,
  -- Compared without regard to case (OCPP CiString).
  id_token_key text NOT NULL GENERATED ALWAYS AS (lower(id_token)) STORED,
  status text NOT NULL CHECK (status IN ('active', 'blocked', 'removed')),
  expires_at timestamptz,
  group_id uuid,
  group_token text,
  allow_concurrent boolean NOT NULL,
  version bigint NOT NULL,
  UNIQUE (tenant_id, id_token_key)
);

-- Sites, locations, stations --------------------------------------------------------------------------------------------------

CREATE TABLE site (
  site_id uuid PRIMARY KEY,
  tenant_id uuid NOT NULL,
  name text NOT NULL,
  time_zone text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  UNIQUE (tenant_id, name)
);

CREATE TABLE location (
  location_id uuid PRIMARY KEY,
  tenant_id uuid NOT NULL,
  site_id uuid NOT NULL REFERENCES site,
  name text NOT NULL,
  address text NOT NULL,
  postal_code text NOT NULL,
  city text NOT NULL,
  country_code text NOT NULL CHECK (country_code ~ '^[A-Z]{3}$'),
  latitude numeric(9, 7),
  longitude numeric(10, 7),
  created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX location_site ON location (site_id);

CREATE TABLE charging_station (
  station_id uuid PRIMARY KEY,
  tenant_id uuid NOT NULL,
  location_id uuid NOT NULL REFERENCES location,
  -- OCPP identity, last segment of the connection URL; compared without regard to case.
  identity text NOT NULL CHECK (length(identity) BETWEEN 1 AND 48),
  identity_key text NOT NULL GENERATED ALWAYS AS (lower(identity)) STORED,
  -- s256:<salt>:<hash>; null: security profile 0.
  password_hash text,
  registration text NOT NULL DEFAULT 'accepted' CHECK (registration IN ('accepted', 'pending', 'rejected')),
  vendor text,
  model text,
  serial_number text,
  firmware_version text,
  iccid text,
  imsi text,
  meter_type text,
  meter_serial_number text,
  protocol text,
  -- Connection: `connection_epoch` rises with each admission; `open_epoch` is the epoch of the open socket, null when there is none.
  online boolean NOT NULL DEFAULT false,
  online_changed_at timestamptz,
  connection_epoch bigint NOT NULL DEFAULT 0,
  open_epoch bigint,
  gateway_id text,
  gateway_instance text,
  remote_address text,
  last_boot_at timestamptz,
  boot_reason text,
  -- Station clock minus ours at its last plausible message, milliseconds.
  clock_offset_ms bigint,
  -- Version of the station's facts; gap-free.
  version bigint NOT NULL DEFAULT 0,
  created_at timestamptz NOT NULL DEFAULT now(),
  UNIQUE (tenant_id, identity_key)
);
CREATE INDEX charging_station_identity ON charging_station (identity_key);
CREATE INDEX charging_station_location ON charging_station (location_id);
CREATE INDEX charging_station_gateway ON charging_station (gateway_id) WHERE online;

-- Written by the batch writer on every call, so apart from the row that calls lock.
CREATE TABLE station_seen (
  station_id uuid PRIMARY KEY REFERENCES charging_station ON DELETE CASCADE,
  tenant_id uuid NOT NULL,
  last_seen_at timestamptz NOT NULL
) WITH (fillfactor = 70);

CREATE TABLE evse (
  evse_id uuid PRIMARY KEY,
  tenant_id uuid NOT NULL,
  station_id uuid NOT NULL REFERENCES charging_station,
  -- From 1. OCPP 1.6: connectorId n is connector 1 of EVSE n.
  number integer NOT NULL CHECK (number > 0),
  -- eMI3 EVSE id.
  code text,
  UNIQUE (station_id, number)
);

CREATE TABLE connector (
  connector_id uuid PRIMARY KEY,
  tenant_id uuid NOT NULL,
  evse_id uuid NOT NULL REFERENCES evse,
  station_id uuid NOT NULL REFERENCES charging_station,
  number integer NOT NULL CHECK (number > 0),
  type text NOT NULL DEFAULT 'Unknown',
  max_power_w bigint NOT NULL DEFAULT 0,
  status text NOT NULL DEFAULT 'Unknown',
  error_code text NOT NULL DEFAULT 'NoError',
  info text,
  vendor_error_code text,
  -- By the station's clock where plausible, else ours; an older report changes nothing.
  status_at timestamptz,
  operative boolean NOT NULL DEFAULT true,
  UNIQUE (evse_id, number)
);
CREATE INDEX connector_station ON connector (station_id);

-- Gateways that hold sockets. No tenant: installation-wide.
CREATE TABLE gateway (
  gateway_id text PRIMARY KEY,
  instance text NOT NULL,
  last_beat_at timestamptz NOT NULL,
  sockets integer NOT NULL DEFAULT 0,
  -- Beats in a row whose checksum differed from ours.
  mismatches integer NOT NULL DEFAULT 0
);

-- Transactions ----------------------------------------------------------------------------------------------------------------

-- What OCPP 1.6 stations know a transaction by: positive, never reused.
CREATE SEQUENCE ocpp_transaction_number AS integer MINVALUE 1 START 1000 CACHE 1;

CREATE TABLE ocpp_transaction (
  -- Also the id of the session.
  transaction_id uuid PRIMARY KEY,
  tenant_id uuid NOT NULL,
  station_id uuid NOT NULL REFERENCES charging_station,
  evse_id uuid REFERENCES evse,
  -- OCPP 1.6 connectorId.
  connector_number integer NOT NULL,
  ocpp_id integer NOT NULL UNIQUE,
  -- sha256 of connector, id token, raw timestamp and meterStart: what a retried StartTransaction repeats.
  start_key bytea NOT NULL,
  -- A stuck clock can repeat the key in a later transaction: those are told apart by this number.
  start_ordinal integer NOT NULL DEFAULT 0,
  id_token text NOT NULL,
  id_token_id uuid,
  group_id uuid,
  group_token text,
  decision text NOT NULL,
  state text NOT NULL CHECK (state IN ('active', 'ended', 'invalid')),
  -- Station time where plausible, else ours.
  started_at timestamptz NOT NULL,
  started_raw text,
  started_clock text NOT NULL,
  started_received_at timestamptz NOT NULL,
  meter_start_wh bigint NOT NULL,
  ended_at timestamptz,
  ended_raw text,
  ended_clock text,
  ended_received_at timestamptz,
  meter_stop_wh bigint,
  stop_reason text,
  stop_id_token text,
  -- sha256 of the StopTransaction payload that ended it: what a retry repeats.
  stop_key bytea,
  meter_last_wh bigint NOT NULL,
  meter_last_at timestamptz,
  power_w bigint,
  soc_percent integer,
  energy_wh bigint NOT NULL DEFAULT 0 CHECK (energy_wh >= 0),
  doubts text[] NOT NULL DEFAULT '{}',
  -- The end or the energy was set by us, not told by the station.
  estimated boolean NOT NULL DEFAULT false,
  -- Names of site, location and EVSE as they were at the begin.
  place jsonb NOT NULL,
  reservation_id integer,
  -- When `session.updated` was last told: at most every 30 s.
  told_at timestamptz NOT NULL,
  version bigint NOT NULL DEFAULT 0,
  UNIQUE (station_id, start_key, start_ordinal)
);
CREATE INDEX ocpp_transaction_active_station ON ocpp_transaction (station_id, connector_number) WHERE state = 'active';
CREATE INDEX ocpp_transaction_active_token ON ocpp_transaction (tenant_id, lower(id_token)) WHERE state = 'active';
CREATE INDEX ocpp_transaction_station ON ocpp_transaction (station_id, started_at DESC);

-- One row per meter value (one point in time) of a message; partitioned by the time we received it, because a station's clock may say
-- anything. The main figures are columns, everything else is in `samples` as the station sent it.
CREATE TABLE meter_value (
  received_at timestamptz NOT NULL,
  message_uuid uuid NOT NULL,
  -- Position in the message, from 0.
  ordinal integer NOT NULL,
  tenant_id uuid NOT NULL,
  station_id uuid NOT NULL,
  connector_number integer NOT NULL,
  transaction_id uuid,
  taken_at timestamptz,
  taken_raw text NOT NULL,
  context text,
  register_wh bigint,
  power_w bigint,
  soc_percent integer,
  samples jsonb NOT NULL,
  PRIMARY KEY (received_at, message_uuid, ordinal)
) PARTITION BY RANGE (received_at);
CREATE TABLE meter_value_default PARTITION OF meter_value DEFAULT;
CREATE INDEX meter_value_transaction ON meter_value (transaction_id, taken_at) WHERE transaction_id IS NOT NULL;

-- What a station repeats when it sends the same MeterValues again; pruned after 14 days.
CREATE TABLE meter_fingerprint (
  station_id uuid NOT NULL,
  fingerprint bytea NOT NULL,
  tenant_id uuid NOT NULL,
  received_at timestamptz NOT NULL,
  PRIMARY KEY (station_id, fingerprint)
);
CREATE INDEX meter_fingerprint_age ON meter_fingerprint USING brin (received_at);

-- Raw message archive: both directions, request and answer as they were on the wire. `message_uuid` is the gateway's call id (or our
-- command id), `received_at` the time it gave: a retry has the same pair, and finds the answer that was given.
CREATE TABLE ocpp_message (
  received_at timestamptz NOT NULL,
  message_uuid uuid NOT NULL,
  tenant_id uuid NOT NULL,
  station_id uuid NOT NULL,
  epoch bigint NOT NULL,
  direction text NOT NULL CHECK (direction IN ('from-station', 'to-station')),
  action text NOT NULL,
  message_id text NOT NULL,
  request_frame text NOT NULL,
  response_frame text,
  -- ok, an OCPP error code, malformed, timeout.
  result text NOT NULL,
  deviations text[] NOT NULL DEFAULT '{}',
  answered_at timestamptz,
  PRIMARY KEY (received_at, message_uuid)
) PARTITION BY RANGE (received_at);
CREATE TABLE ocpp_message_default PARTITION OF ocpp_message DEFAULT;
CREATE INDEX ocpp_message_station ON ocpp_message (station_id, received_at DESC);

-- Work list ---------------------------------------------------------------------------------------------------------------------

CREATE TABLE intake_issue (
  issue_id uuid PRIMARY KEY,
  tenant_id uuid NOT NULL,
  station_id uuid NOT NULL REFERENCES charging_station,
  transaction_id uuid REFERENCES ocpp_transaction,
  reason text NOT NULL,
  -- The same finding about the same message is one issue.
  finding_key text NOT NULL,
  explanation text NOT NULL,
  detail jsonb NOT NULL DEFAULT '{}',
  frame text NOT NULL,
  message_uuid uuid NOT NULL,
  message_received_at timestamptz NOT NULL,
  status text NOT NULL DEFAULT 'open' CHECK (status IN ('open', 'resolved')),
  raised_at timestamptz NOT NULL,
  resolved_at timestamptz,
  resolved_by text,
  resolution text,
  note text,
  version bigint NOT NULL DEFAULT 1,
  UNIQUE (station_id, reason, finding_key)
);
CREATE INDEX intake_issue_open ON intake_issue (tenant_id, raised_at DESC) WHERE status = 'open';

-- Commands ----------------------------------------------------------------------------------------------------------------------

CREATE TABLE command (
  command_id uuid PRIMARY KEY,
  tenant_id uuid NOT NULL,
  station_id uuid NOT NULL REFERENCES charging_station,
  action text NOT NULL,
  payload jsonb NOT NULL,
  idempotency_key text,
  outcome text NOT NULL CHECK (outcome IN ('pending', 'answered', 'refused-by-station', 'station-offline', 'timeout', 'not-sent')),
  response jsonb,
  error_code text,
  error_description text,
  requested_by text NOT NULL,
  requested_at timestamptz NOT NULL,
  completed_at timestamptz,
  UNIQUE (tenant_id, idempotency_key)
);
CREATE INDEX command_station ON command (station_id, requested_at DESC);

-- Settings that a station was brought to, so that they are not sent at each boot.
CREATE TABLE station_setting (
  station_id uuid NOT NULL REFERENCES charging_station,
  tenant_id uuid NOT NULL,
  key text NOT NULL,
  desired text NOT NULL,
  -- accepted, rejected, reboot-required, not-supported, unanswered.
  status text NOT NULL,
  checked_at timestamptz NOT NULL,
  PRIMARY KEY (station_id, key)
);

-- Chunks of what a gateway holds, gathered until all are there. No tenant: installation-wide.
CREATE TABLE gateway_snapshot_chunk (
  gateway_id text NOT NULL,
  chunk integer NOT NULL,
  instance text NOT NULL,
  told_at timestamptz NOT NULL,
  station_ids uuid[] NOT NULL,
  epochs bigint[] NOT NULL,
  PRIMARY KEY (gateway_id, chunk)
);

-- Facts and leases --------------------------------------------------------------------------------------------------------------

-- platform-outbox: facts this service tells. Copied verbatim into the service's first migration; runs as <schema>_owner.
CREATE TABLE outbox (
  id uuid NOT NULL,                 -- UUIDv7; Nats-Msg-Id of the fact and its key in every consumer's inbox
  tenant_id uuid NOT NULL,
  subject text NOT NULL,            -- fact.<context>.<entity>.<verb>.v<n>.<tenant>.<key>
  key text NOT NULL,
  version bigint NOT NULL,          -- gap-free per entity, taken under the entity's row lock
  occurred_at timestamptz NOT NULL,
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(), -- not the transaction's begin: rises with the version of a key
  payload text NOT NULL,            -- canonical proto JSON, byte for byte as it is published
  traceparent text,
  published_at timestamptz,         -- null: the relay has still to publish it
  stream_seq bigint,                -- where the stream put it
  incarnation integer,              -- of which stream: outbox_stream_state.incarnation at that time
  PRIMARY KEY (created_at, id)
) PARTITION BY RANGE (created_at);
CREATE TABLE outbox_default PARTITION OF outbox DEFAULT;
CREATE INDEX outbox_unpublished ON outbox (created_at, id) WHERE published_at IS NULL;
CREATE INDEX outbox_stream_seq ON outbox (stream_seq) WHERE stream_seq IS NOT NULL;

-- What the relay knows of the stream; one row.
CREATE TABLE outbox_stream_state (
  stream text PRIMARY KEY,
  incarnation integer NOT NULL,     -- rises when the stream is another one than before
  stream_created text NOT NULL,     -- the server's own creation time, as text: nanoseconds
  server text NOT NULL,             -- id of the server (and leader): another one means that it restarted
  last_seq bigint NOT NULL,
  settled_seq bigint NOT NULL,      -- up to here the server has had time to reach the disk
  candidate_seq bigint NOT NULL,    -- becomes settled when it is old enough
  candidate_at timestamptz NOT NULL,
  republish_after_at timestamptz,   -- progress through what an earlier incarnation held; null: nothing to publish again
  republish_after_id uuid
);

-- The request role may write facts of its tenant and nothing else; the worker role reads and marks.
SELECT ampline_worker_table('outbox', true);
SELECT ampline_worker_table('outbox_stream_state');

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

CREATE TABLE lease (
  name text PRIMARY KEY,
  holder text NOT NULL,
  -- Rises with every change of holder: what a write of the holder names (fencing).
  fencing_epoch bigint NOT NULL,
  expires_at timestamptz NOT NULL
);
SELECT ampline_worker_table('lease');

-- Row security ------------------------------------------------------------------------------------------------------------------

SELECT ampline_tenant_table(name::regclass) FROM unnest(ARRAY[
  'tenant', 'id_token', 'site', 'location', 'charging_station', 'station_seen', 'evse', 'connector', 'ocpp_transaction', 'meter_value',
  'meter_fingerprint', 'ocpp_message', 'intake_issue', 'command', 'station_setting'
]) AS name;
SELECT ampline_worker_table('gateway');
SELECT ampline_worker_table('gateway_snapshot_chunk');
