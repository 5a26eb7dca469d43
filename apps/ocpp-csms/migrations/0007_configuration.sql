-- Up Migration
-- Unknown stations, and the configuration of stations: what they report, what is desired of them.

-- Unknown stations --------------------------------------------------------------------------------------------------------------

-- What a tenant does with identities that it does not know; without a row they are refused.
CREATE TABLE onboarding_policy (
  tenant_id uuid PRIMARY KEY,
  mode text NOT NULL CHECK (mode IN ('reject', 'pending', 'token')),
  -- Where stations stand that wait to be accepted.
  location_id uuid REFERENCES location CHECK (mode <> 'pending' OR location_id IS NOT NULL),
  -- Stations that may wait at once, and that may come in one hour.
  max_pending integer NOT NULL CHECK (max_pending BETWEEN 1 AND 1000),
  max_per_hour integer NOT NULL CHECK (max_per_hour BETWEEN 1 AND 1000)
);

-- Lets stations in that nobody has entered. Random, so that a plain hash is enough.
CREATE TABLE registration_token (
  token_id uuid PRIMARY KEY,
  tenant_id uuid NOT NULL,
  name text NOT NULL,
  token_hash bytea NOT NULL UNIQUE,
  location_id uuid NOT NULL REFERENCES location,
  expires_at timestamptz NOT NULL,
  max_uses integer NOT NULL CHECK (max_uses > 0),
  uses integer NOT NULL DEFAULT 0,
  created_at timestamptz NOT NULL,
  revoked_at timestamptz
);
CREATE INDEX registration_token_tenant ON registration_token (tenant_id, created_at DESC);

-- Stations that came by themselves.
CREATE TABLE onboarded_station (
  station_id uuid PRIMARY KEY REFERENCES charging_station,
  tenant_id uuid NOT NULL,
  -- Null: it waited to be accepted.
  token_id uuid REFERENCES registration_token,
  remote_address text NOT NULL,
  came_at timestamptz NOT NULL,
  -- Of a station that came with a token, which others know too: due, asked, set, refused.
  own_password text CHECK (own_password IN ('due', 'asked', 'set', 'refused'))
);
CREATE INDEX onboarded_station_tenant ON onboarded_station (tenant_id, came_at DESC);

-- Unknown identities that were refused: a bounded list per tenant, the longest unseen goes first.
CREATE TABLE unknown_station (
  tenant_id uuid NOT NULL,
  identity text NOT NULL,
  identity_key text NOT NULL GENERATED ALWAYS AS (lower(identity)) STORED,
  remote_address text NOT NULL,
  -- Refusal reason of the station path.
  reason text NOT NULL,
  attempts bigint NOT NULL,
  first_seen_at timestamptz NOT NULL,
  last_seen_at timestamptz NOT NULL,
  -- Somebody said that it is never to be let in.
  blocked boolean NOT NULL DEFAULT false,
  PRIMARY KEY (tenant_id, identity_key)
);
CREATE INDEX unknown_station_seen ON unknown_station (tenant_id, last_seen_at DESC, identity_key DESC);

-- Messages of the station that deviate from their schema are refused instead of being taken with the deviation noted.
ALTER TABLE charging_station ADD COLUMN strict_inbound boolean NOT NULL DEFAULT false;
CREATE INDEX charging_station_strict ON charging_station (station_id) WHERE strict_inbound;

-- Reported configuration --------------------------------------------------------------------------------------------------------

-- What a station said last. Secrets are masked before they come here.
CREATE TABLE reported_setting (
  station_id uuid NOT NULL REFERENCES charging_station,
  tenant_id uuid NOT NULL,
  key text NOT NULL,
  -- Compared without regard to case (OCPP CiString).
  key_ci text NOT NULL GENERATED ALWAYS AS (lower(key)) STORED,
  -- Null: known to the station, and without a value.
  value text,
  readonly boolean NOT NULL,
  read_at timestamptz NOT NULL,
  PRIMARY KEY (station_id, key_ci)
);

CREATE TABLE reported_setting_change (
  change_id uuid PRIMARY KEY,
  tenant_id uuid NOT NULL,
  station_id uuid NOT NULL REFERENCES charging_station,
  key text NOT NULL,
  kind text NOT NULL CHECK (kind IN ('added', 'changed', 'removed')),
  value_before text,
  value text,
  at timestamptz NOT NULL
);
CREATE INDEX reported_setting_change_station ON reported_setting_change (station_id, change_id DESC);

-- When a station's settings were read, and when they are to be.
CREATE TABLE configuration_read (
  station_id uuid PRIMARY KEY REFERENCES charging_station,
  tenant_id uuid NOT NULL,
  -- Of the last time that all were read.
  read_at timestamptz,
  firmware_version text,
  due_at timestamptz,
  -- Null: all.
  due_keys text[]
);
CREATE INDEX configuration_read_due ON configuration_read (due_at) WHERE due_at IS NOT NULL;

-- Desired configuration ---------------------------------------------------------------------------------------------------------

CREATE TABLE configuration_template (
  template_id uuid PRIMARY KEY,
  tenant_id uuid NOT NULL,
  name text NOT NULL,
  -- Content as of `version`; a JSON object, see configuration/domain/template.ts.
  content jsonb NOT NULL,
  version integer NOT NULL,
  -- Version that the desired settings of stations follow.
  resolved_version integer NOT NULL DEFAULT 0,
  updated_at timestamptz NOT NULL,
  removed_at timestamptz
);
CREATE UNIQUE INDEX configuration_template_name ON configuration_template (tenant_id, lower(name)) WHERE removed_at IS NULL;
CREATE INDEX configuration_template_unresolved ON configuration_template (tenant_id) WHERE resolved_version < version;

CREATE TABLE configuration_template_version (
  template_id uuid NOT NULL REFERENCES configuration_template,
  version integer NOT NULL,
  tenant_id uuid NOT NULL,
  name text NOT NULL,
  content jsonb NOT NULL,
  changed_by text NOT NULL,
  changed_at timestamptz NOT NULL,
  PRIMARY KEY (template_id, version)
);

-- What a station is to have. Without a template the setting is one of those that the platform itself needs.
ALTER TABLE station_setting
  ADD COLUMN template_id uuid REFERENCES configuration_template,
  ADD COLUMN mode text NOT NULL DEFAULT 'enforce' CHECK (mode IN ('enforce', 'observe')),
  ADD COLUMN key_ci text NOT NULL GENERATED ALWAYS AS (lower(key)) STORED,
  -- Reset the station for it when no session is running.
  ADD COLUMN reset_wanted boolean NOT NULL DEFAULT false;
CREATE INDEX station_setting_tenant ON station_setting (tenant_id, station_id);
CREATE INDEX station_setting_reboot ON station_setting (station_id) WHERE status = 'reboot-required' AND reset_wanted;

SELECT ampline_tenant_table(name::regclass) FROM unnest(ARRAY[
  'onboarding_policy', 'registration_token', 'onboarded_station', 'unknown_station', 'reported_setting', 'reported_setting_change',
  'configuration_read', 'configuration_template', 'configuration_template_version'
]) AS name;
