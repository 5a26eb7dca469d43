-- Up Migration
-- Who answers a station's calls, what carries them, and who else gets them.

-- A program of the tenant's own that answers calls in our place. Its secret is derived from the installation's and its generation.
CREATE TABLE back_end (
  back_end_id uuid PRIMARY KEY,
  tenant_id uuid NOT NULL,
  name text NOT NULL CHECK (name ~ '^[a-z0-9-]{1,32}$' AND name <> 'csms'),
  kind text NOT NULL CHECK (kind IN ('nats', 'http')),
  -- Where calls are posted; kind http alone.
  url text CHECK ((url IS NOT NULL) = (kind = 'http')),
  generation integer NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL,
  UNIQUE (tenant_id, name)
);

ALTER TABLE charging_station
  -- Name of the back end; told in the station's facts.
  ADD COLUMN back_end text NOT NULL DEFAULT 'csms',
  -- Of the socket that was opened last.
  ADD COLUMN transport text CHECK (transport IN ('websocket', 'mqtt')),
  -- Rises with each change of its routing; 0: never routed anywhere.
  ADD COLUMN routing_version bigint NOT NULL DEFAULT 0;

CREATE TABLE station_routing (
  station_id uuid PRIMARY KEY REFERENCES charging_station ON DELETE CASCADE,
  tenant_id uuid NOT NULL,
  back_end_id uuid REFERENCES back_end,
  -- OCPP actions that the back end answers; empty: all.
  actions text[] NOT NULL DEFAULT '{}',
  proxy_mode text NOT NULL DEFAULT 'off' CHECK (proxy_mode IN ('off', 'mirror', 'forward')),
  proxy_url text CHECK (proxy_mode = 'off' OR proxy_url IS NOT NULL),
  proxy_username text,
  -- Encrypted; bound to the station.
  proxy_password bytea,
  changed_at timestamptz NOT NULL,
  -- As the gateway told it last.
  proxy_state text CHECK (proxy_state IN ('connecting', 'connected', 'failing')),
  proxy_reason text,
  proxy_dropped integer NOT NULL DEFAULT 0,
  proxy_state_at timestamptz
);
CREATE INDEX station_routing_changed ON station_routing (changed_at);
CREATE INDEX station_routing_back_end ON station_routing (back_end_id) WHERE back_end_id IS NOT NULL;

-- Whoever connects to the MQTT listener: a station, or a gateway that speaks for several. The password is derived like that of a back end.
CREATE TABLE mqtt_user (
  mqtt_user_id uuid PRIMARY KEY,
  tenant_id uuid NOT NULL,
  name text NOT NULL CHECK (name ~ '^[A-Za-z0-9_-]{1,64}$'),
  generation integer NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL,
  UNIQUE (tenant_id, name)
);
CREATE TABLE mqtt_user_station (
  station_id uuid PRIMARY KEY REFERENCES charging_station ON DELETE CASCADE,
  tenant_id uuid NOT NULL,
  mqtt_user_id uuid NOT NULL REFERENCES mqtt_user ON DELETE CASCADE
);
CREATE INDEX mqtt_user_station_user ON mqtt_user_station (mqtt_user_id);

SELECT ampline_tenant_table(name::regclass) FROM unnest(ARRAY['back_end', 'station_routing', 'mqtt_user', 'mqtt_user_station']) AS name;
