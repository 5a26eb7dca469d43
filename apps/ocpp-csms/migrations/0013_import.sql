-- Up Migration
-- Tables taken in from files: what is to be written, and how far that is.

CREATE TABLE bulk_import (
  import_id uuid PRIMARY KEY,
  tenant_id uuid NOT NULL,
  kind text NOT NULL CHECK (kind IN ('sites', 'locations', 'stations', 'id-tokens')),
  state text NOT NULL CHECK (state IN ('uploading', 'checking', 'checked', 'applying', 'applied', 'failed')),
  file_name text NOT NULL,
  size_bytes integer NOT NULL,
  -- Of `failed`: why the file as a whole cannot be taken.
  failure text NOT NULL DEFAULT '',
  failure_detail text NOT NULL DEFAULT '',
  -- Who asked for it to be written, as the audit trail names them.
  applied_by jsonb,
  created_by text NOT NULL,
  created_at timestamptz NOT NULL,
  applied_at timestamptz,
  completed_at timestamptz,
  -- A replica has it in its hands until then, or has died with it.
  claimed_until timestamptz
);
CREATE INDEX bulk_import_newest ON bulk_import (tenant_id, created_at DESC, import_id DESC);
CREATE INDEX bulk_import_work ON bulk_import (created_at) WHERE state IN ('checking', 'applying');

-- The file, until it has been read.
CREATE TABLE bulk_import_part (
  import_id uuid NOT NULL REFERENCES bulk_import ON DELETE CASCADE,
  tenant_id uuid NOT NULL,
  part integer NOT NULL,
  content bytea NOT NULL,
  PRIMARY KEY (import_id, part)
);

CREATE TABLE bulk_import_row (
  import_id uuid NOT NULL REFERENCES bulk_import ON DELETE CASCADE,
  tenant_id uuid NOT NULL,
  -- Line of the table, the head being 1.
  number integer NOT NULL,
  -- First row of the same station: they are written together.
  group_number integer NOT NULL,
  -- What the row is about: a name, an identity, an id token.
  subject text NOT NULL,
  -- The fields as they were understood.
  cells jsonb NOT NULL,
  -- Null until it has been compared with what there is.
  effect text CHECK (effect IN ('create', 'change', 'keep', 'error')),
  problems jsonb NOT NULL DEFAULT '[]',
  changes text[] NOT NULL DEFAULT '{}',
  settled boolean NOT NULL DEFAULT false,
  PRIMARY KEY (import_id, number)
);
CREATE INDEX bulk_import_row_open ON bulk_import_row (import_id, group_number) WHERE NOT settled;

SELECT ampline_tenant_table(name::regclass) FROM unnest(ARRAY['bulk_import', 'bulk_import_part', 'bulk_import_row']) AS name;

-- What an import said the station is; what it says of itself is beside it.
ALTER TABLE charging_station
  ADD COLUMN expected_vendor text,
  ADD COLUMN expected_model text,
  ADD COLUMN expected_serial_number text;
