-- Up Migration
-- Reservations of EVSEs, and the local authorization lists of stations.

-- Reservations ----------------------------------------------------------------------------------------------------------------

-- What OCPP 1.6 stations know a reservation by: positive, never reused.
CREATE SEQUENCE ocpp_reservation_number AS integer MINVALUE 1 START 1 CACHE 1;

CREATE TABLE reservation (
  reservation_id uuid PRIMARY KEY,
  tenant_id uuid NOT NULL,
  station_id uuid NOT NULL REFERENCES charging_station,
  ocpp_id integer NOT NULL UNIQUE DEFAULT nextval('ocpp_reservation_number'),
  -- 0: any EVSE of the station.
  evse_number integer NOT NULL CHECK (evse_number >= 0),
  id_token text NOT NULL,
  id_token_id uuid NOT NULL,
  -- Whose members may use it too (OCPP 1.6: parentIdTag); null: the id token alone.
  group_token text,
  status text NOT NULL CHECK (status IN ('requested', 'active', 'used', 'cancelled', 'expired', 'refused', 'broken')),
  -- Of `refused` and `broken`: the station's own word, or ours; empty for the others.
  reason text NOT NULL DEFAULT '',
  idempotency_key text,
  requested_by text NOT NULL,
  requested_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  ended_at timestamptz,
  -- The session that used it, or that broke it.
  transaction_id uuid REFERENCES ocpp_transaction,
  -- When the station is to be spoken with: ReserveNow while requested or active, else CancelReservation. Null: nothing is to be said.
  due_at timestamptz,
  -- How often ReserveNow was sent.
  sends integer NOT NULL DEFAULT 1,
  version bigint NOT NULL DEFAULT 1,
  UNIQUE (tenant_id, idempotency_key)
);
CREATE UNIQUE INDEX reservation_open_evse ON reservation (station_id, evse_number)
  WHERE status IN ('requested', 'active') AND evse_number > 0;
CREATE INDEX reservation_open_token ON reservation (tenant_id, id_token_id) WHERE status IN ('requested', 'active');
CREATE INDEX reservation_open_expiry ON reservation (expires_at) WHERE status IN ('requested', 'active');
CREATE INDEX reservation_due ON reservation (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX reservation_station ON reservation (station_id, expires_at);
CREATE INDEX reservation_newest ON reservation (tenant_id, requested_at DESC, reservation_id DESC);

-- Local authorization lists ---------------------------------------------------------------------------------------------------

-- Which id tokens go to the lists of stations. A station's own policy goes before its site's, and that before the tenant's.
CREATE TABLE local_list_policy (
  policy_id uuid PRIMARY KEY,
  tenant_id uuid NOT NULL,
  -- Both null: of the whole tenant.
  site_id uuid REFERENCES site,
  station_id uuid REFERENCES charging_station,
  -- unmanaged: the station is left alone; all: every active token; groups, chosen: those that are named.
  selection text NOT NULL CHECK (selection IN ('unmanaged', 'all', 'groups', 'chosen')),
  group_ids uuid[] NOT NULL DEFAULT '{}',
  id_token_ids uuid[] NOT NULL DEFAULT '{}',
  updated_by text NOT NULL,
  updated_at timestamptz NOT NULL,
  CHECK (site_id IS NULL OR station_id IS NULL),
  UNIQUE NULLS NOT DISTINCT (tenant_id, site_id, station_id)
);

-- The list of one station: what we know that it holds, and whether it is to be brought to what it should hold.
CREATE TABLE local_list (
  station_id uuid PRIMARY KEY REFERENCES charging_station,
  tenant_id uuid NOT NULL,
  -- The newest version that was given out, whether or not the station took it. Only rises.
  version integer NOT NULL DEFAULT 0,
  -- The version whose contents `entries` are; null: what the station holds is not known.
  held_version integer,
  entries jsonb NOT NULL DEFAULT '[]',
  -- What the station said when it was last asked; -1: it has no list.
  station_version integer,
  -- As the station is configured; null: it does not say.
  send_most integer,
  list_most integer,
  configured_at timestamptz,
  -- Active tokens that did not fit, or that OCPP 1.6 cannot carry.
  left_out integer NOT NULL DEFAULT 0,
  status text NOT NULL CHECK (status IN ('pending', 'in-sync', 'failed', 'not-supported', 'disabled', 'unmanaged')),
  -- Of the last attempt: the station's own word, or how the command ended.
  result text NOT NULL DEFAULT '',
  -- The next attempt sends everything.
  full_wanted boolean NOT NULL DEFAULT false,
  -- Ask the station for its version before anything is sent.
  check_wanted boolean NOT NULL DEFAULT true,
  -- Attempts in a row that failed.
  failures integer NOT NULL DEFAULT 0,
  -- Firmware that was found to have no list: another one is asked again.
  firmware_version text,
  -- When it is to be looked at; null: it is as it should be, left alone, or in work.
  due_at timestamptz,
  -- A replica has it in its hands until then, or has died with it.
  claimed_until timestamptz,
  synced_at timestamptz,
  updated_at timestamptz NOT NULL
);
CREATE INDEX local_list_due ON local_list (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX local_list_claimed ON local_list (claimed_until) WHERE claimed_until IS NOT NULL;
CREATE INDEX local_list_tenant ON local_list (tenant_id);

-- Tenants of which an id token, or the tenant itself, has changed since its lists were last looked at.
CREATE TABLE local_list_change (
  tenant_id uuid PRIMARY KEY,
  changed_at timestamptz NOT NULL
);

SELECT ampline_tenant_table(name::regclass) FROM unnest(ARRAY['reservation', 'local_list_policy', 'local_list', 'local_list_change']) AS name;
