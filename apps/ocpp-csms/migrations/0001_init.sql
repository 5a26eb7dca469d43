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
