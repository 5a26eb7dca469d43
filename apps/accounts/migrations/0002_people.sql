-- Up Migration
-- People of a tenant, what they log in with, and what they did. Times are UTC. Texts that may be absent are null, never empty.

CREATE TABLE organisation (
  organisation_id uuid PRIMARY KEY,
  tenant_id uuid NOT NULL REFERENCES tenant,
  name text NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
  kind text NOT NULL CHECK (kind IN ('fleet', 'site-host', 'partner')),
  -- The tenant's own number for it.
  external_reference text CHECK (length(external_reference) BETWEEN 1 AND 100),
  status text NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'closed')),
  -- Version of the organisation's facts; gap-free, as every version here.
  version bigint NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL DEFAULT now(),
  UNIQUE (tenant_id, organisation_id),
  CONSTRAINT organisation_reference UNIQUE (tenant_id, external_reference)
);

-- References within a tenant name the tenant too: nothing belongs to another tenant's row.
CREATE TABLE driver (
  driver_id uuid PRIMARY KEY,
  tenant_id uuid NOT NULL REFERENCES tenant,
  name text NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
  email text CHECK (length(email) BETWEEN 3 AND 254),
  phone text CHECK (length(phone) BETWEEN 1 AND 40),
  -- Customer or staff number.
  external_reference text CHECK (length(external_reference) BETWEEN 1 AND 100),
  organisation_id uuid,
  status text NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'closed')),
  version bigint NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL DEFAULT now(),
  UNIQUE (tenant_id, driver_id),
  CONSTRAINT driver_reference UNIQUE (tenant_id, external_reference),
  FOREIGN KEY (tenant_id, organisation_id) REFERENCES organisation (tenant_id, organisation_id)
);
CREATE INDEX driver_organisation ON driver (organisation_id) WHERE organisation_id IS NOT NULL;

ALTER TABLE id_token
  ADD COLUMN driver_id uuid,
  -- The organisation that the token itself names; null: the driver's answers for it.
  ADD COLUMN own_organisation_id uuid,
  -- Copy of what answers for it, its own or the driver's, kept in step by the service, so that the row holds all that its fact tells.
  ADD COLUMN organisation_id uuid,
  ADD FOREIGN KEY (tenant_id, driver_id) REFERENCES driver (tenant_id, driver_id),
  ADD FOREIGN KEY (tenant_id, own_organisation_id) REFERENCES organisation (tenant_id, organisation_id),
  ADD FOREIGN KEY (tenant_id, organisation_id) REFERENCES organisation (tenant_id, organisation_id);
CREATE INDEX id_token_driver ON id_token (driver_id) WHERE driver_id IS NOT NULL;
CREATE INDEX id_token_organisation ON id_token (organisation_id) WHERE organisation_id IS NOT NULL;

CREATE TABLE brand (
  brand_id uuid PRIMARY KEY,
  tenant_id uuid NOT NULL REFERENCES tenant,
  slug text NOT NULL CHECK (slug ~ '^[a-z0-9-]{2,32}$'),
  name text NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
  primary_color text NOT NULL CHECK (primary_color ~ '^#[0-9a-f]{6}$'),
  accent_color text NOT NULL CHECK (accent_color ~ '^#[0-9a-f]{6}$'),
  default_locale text NOT NULL CHECK (default_locale IN ('de', 'en')),
  support_email text,
  support_phone text,
  imprint_url text,
  privacy_url text,
  terms_url text,
  is_default boolean NOT NULL,
  -- SHA-256 of the logo.
  logo_digest text,
  version bigint NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL DEFAULT now(),
  UNIQUE (tenant_id, brand_id),
  CONSTRAINT brand_slug UNIQUE (tenant_id, slug)
);
CREATE UNIQUE INDEX brand_default ON brand (tenant_id) WHERE is_default;

-- A host name leads to one brand of the whole installation.
CREATE TABLE brand_host (
  host text PRIMARY KEY,
  tenant_id uuid NOT NULL,
  brand_id uuid NOT NULL,
  FOREIGN KEY (tenant_id, brand_id) REFERENCES brand (tenant_id, brand_id)
);
CREATE INDEX brand_host_brand ON brand_host (brand_id);

CREATE TABLE brand_logo (
  brand_id uuid PRIMARY KEY,
  tenant_id uuid NOT NULL,
  content_type text NOT NULL CHECK (content_type IN ('image/png', 'image/svg+xml')),
  content bytea NOT NULL CHECK (length(content) BETWEEN 1 AND 262144),
  FOREIGN KEY (tenant_id, brand_id) REFERENCES brand (tenant_id, brand_id)
);

CREATE TABLE feature_flag (
  tenant_id uuid NOT NULL REFERENCES tenant,
  key text NOT NULL,
  percentage integer NOT NULL CHECK (percentage BETWEEN 0 AND 100),
  version bigint NOT NULL DEFAULT 1,
  PRIMARY KEY (tenant_id, key)
);

CREATE TABLE app_user (
  user_id uuid PRIMARY KEY,
  tenant_id uuid NOT NULL REFERENCES tenant,
  -- Lower case. Null once the user is deleted, as is the name.
  email text CHECK (email = lower(email) AND length(email) BETWEEN 3 AND 254),
  name text CHECK (length(name) BETWEEN 1 AND 100),
  roles text[] NOT NULL,
  status text NOT NULL CHECK (status IN ('invited', 'active', 'disabled', 'deleted')),
  organisation_id uuid,
  brand_id uuid NOT NULL,
  driver_id uuid,
  locale text NOT NULL CHECK (locale IN ('de', 'en')),
  -- Id at the identity provider; null before the invitation is accepted, and once a deleted user is gone there.
  identity_subject text CONSTRAINT app_user_subject UNIQUE,
  version bigint NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL DEFAULT now(),
  UNIQUE (tenant_id, user_id),
  CONSTRAINT app_user_email UNIQUE (tenant_id, email),
  CHECK ((status = 'deleted') = (email IS NULL) AND (status = 'deleted') = (name IS NULL)),
  CHECK (status <> 'active' OR identity_subject IS NOT NULL),
  FOREIGN KEY (tenant_id, organisation_id) REFERENCES organisation (tenant_id, organisation_id),
  FOREIGN KEY (tenant_id, brand_id) REFERENCES brand (tenant_id, brand_id),
  FOREIGN KEY (tenant_id, driver_id) REFERENCES driver (tenant_id, driver_id)
);
CREATE INDEX app_user_page ON app_user (tenant_id, user_id);

-- The invitation of a user that counts; a new one replaces it.
CREATE TABLE invitation (
  user_id uuid PRIMARY KEY,
  tenant_id uuid NOT NULL,
  -- SHA-256.
  secret_hash bytea NOT NULL UNIQUE CHECK (length(secret_hash) = 32),
  expires_at timestamptz NOT NULL,
  accepted_at timestamptz,
  FOREIGN KEY (tenant_id, user_id) REFERENCES app_user (tenant_id, user_id)
);

-- Users whom the identity provider does not yet know as they are here. Gone once it does.
CREATE TABLE provider_task (
  user_id uuid PRIMARY KEY,
  tenant_id uuid NOT NULL,
  -- Rises with every change: what was settled meanwhile is not taken for the newest.
  request bigint NOT NULL DEFAULT 1,
  tries integer NOT NULL DEFAULT 0,
  next_try_at timestamptz NOT NULL,
  -- A replica is at it; nobody else tries before.
  claimed_until timestamptz,
  -- Code of the last failure.
  failure text,
  FOREIGN KEY (tenant_id, user_id) REFERENCES app_user (tenant_id, user_id)
);
CREATE INDEX provider_task_due ON provider_task (next_try_at);

CREATE TABLE api_key (
  api_key_id uuid PRIMARY KEY,
  tenant_id uuid NOT NULL REFERENCES tenant,
  name text NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
  -- `ampl_` and eight characters: what a key is found by.
  prefix text NOT NULL CONSTRAINT api_key_prefix UNIQUE,
  -- SHA-256 of the whole key.
  secret_hash bytea NOT NULL CHECK (length(secret_hash) = 32),
  scopes text[] NOT NULL CHECK (scopes <> '{}'),
  requests_per_minute integer NOT NULL CHECK (requests_per_minute BETWEEN 1 AND 60000),
  created_by text NOT NULL,
  created_at timestamptz NOT NULL,
  expires_at timestamptz,
  -- To the minute.
  last_used_at timestamptz,
  revoked_at timestamptz
);
CREATE INDEX api_key_page ON api_key (tenant_id, api_key_id);

CREATE TABLE guest_link (
  guest_link_id uuid PRIMARY KEY,
  tenant_id uuid NOT NULL REFERENCES tenant,
  -- `session:<id>`.
  resource text NOT NULL,
  secret_hash bytea NOT NULL UNIQUE CHECK (length(secret_hash) = 32),
  created_by text NOT NULL,
  created_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  revoked_at timestamptz
);
CREATE INDEX guest_link_page ON guest_link (tenant_id, guest_link_id);

-- Both append-only: that a consent was given stays, and so does that it was withdrawn.
CREATE TABLE consent (
  consent_id uuid PRIMARY KEY,
  tenant_id uuid NOT NULL,
  user_id uuid NOT NULL,
  purpose text NOT NULL CHECK (purpose ~ '^[a-z0-9-]{1,40}$'),
  document_version text NOT NULL CHECK (length(document_version) BETWEEN 1 AND 100),
  given_at timestamptz NOT NULL,
  UNIQUE (tenant_id, consent_id),
  FOREIGN KEY (tenant_id, user_id) REFERENCES app_user (tenant_id, user_id)
);
CREATE INDEX consent_page ON consent (user_id, consent_id);

CREATE TABLE consent_withdrawal (
  consent_id uuid PRIMARY KEY,
  tenant_id uuid NOT NULL,
  withdrawn_at timestamptz NOT NULL,
  FOREIGN KEY (tenant_id, consent_id) REFERENCES consent (tenant_id, consent_id)
);

-- What people, keys and services did, of all contexts. Partitioned by month of the deed.
CREATE TABLE audit_entry (
  at timestamptz NOT NULL,
  audit_id uuid NOT NULL,
  tenant_id uuid NOT NULL,
  context text NOT NULL,
  actor_kind text NOT NULL CHECK (actor_kind IN ('person', 'service', 'api-key', 'guest')),
  actor_id text NOT NULL,
  actor_name text NOT NULL,
  actor_via text NOT NULL,
  action text NOT NULL,
  entity_type text NOT NULL,
  entity_id text NOT NULL,
  entity_name text NOT NULL,
  -- JSON; empty without any.
  detail text NOT NULL,
  trace_id text NOT NULL,
  -- What a search finds it by. An action's words are words of their own.
  words tsvector NOT NULL GENERATED ALWAYS AS (
    to_tsvector('simple'::regconfig, translate(action, '.-', '  ') || ' ' || actor_name || ' ' || entity_name || ' ' || detail)) STORED,
  PRIMARY KEY (at, audit_id)
) PARTITION BY RANGE (at);
CREATE TABLE audit_entry_default PARTITION OF audit_entry DEFAULT;
CREATE INDEX audit_entry_newest ON audit_entry (tenant_id, at DESC, audit_id DESC);
CREATE INDEX audit_entry_entity ON audit_entry (tenant_id, entity_type, entity_id, at DESC);
CREATE INDEX audit_entry_words ON audit_entry USING gin (words);

SELECT ampline_tenant_table(name::regclass) FROM unnest(ARRAY[
  'organisation', 'driver', 'brand', 'brand_host', 'brand_logo', 'feature_flag', 'app_user', 'invitation', 'provider_task', 'api_key',
  'guest_link', 'consent', 'consent_withdrawal', 'audit_entry']) AS t (name);
REVOKE UPDATE, DELETE, TRUNCATE ON consent, consent_withdrawal, audit_entry FROM accounts_app, accounts_worker;
REVOKE INSERT ON audit_entry FROM accounts_app;

-- Makes the partition of the month (UTC) that `day` lies in, when it is missing. Made as a plain table and attached, which does not
-- lock writers out; entries of that month that had gone to the default partition move along.
CREATE FUNCTION ensure_audit_month(day date) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = accounts, pg_temp SET lock_timeout = '2s' AS $body$
DECLARE
  month timestamp := date_trunc('month', day::timestamp);
  partition text := 'audit_entry_m' || to_char(month, 'YYYYMM');
  lower_bound timestamptz := month AT TIME ZONE 'UTC';
  upper_bound timestamptz := (month + interval '1 month') AT TIME ZONE 'UTC';
  columns text;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended('accounts.audit-months', 0));
  IF to_regclass(partition) IS NOT NULL THEN RETURN; END IF;
  SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) INTO columns FROM pg_attribute
   WHERE attrelid = 'audit_entry'::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = '';
  EXECUTE format('CREATE TABLE %I (LIKE audit_entry INCLUDING DEFAULTS INCLUDING CONSTRAINTS INCLUDING GENERATED INCLUDING STORAGE)', partition);
  EXECUTE format('REVOKE ALL ON %I FROM accounts_app, accounts_worker', partition);
  EXECUTE format('WITH moved AS (DELETE FROM audit_entry_default WHERE at >= %L AND at < %L RETURNING %s) INSERT INTO %I (%s) SELECT * FROM moved',
    lower_bound, upper_bound, columns, partition, columns);
  EXECUTE format('ALTER TABLE audit_entry ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)', partition, lower_bound, upper_bound);
END $body$;

-- Drops the months that ended before `day`; returns the names of their partitions.
CREATE FUNCTION drop_audit_months(before date) RETURNS SETOF text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = accounts, pg_temp SET lock_timeout = '2s' AS $body$
DECLARE
  partition text;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended('accounts.audit-months', 0));
  FOR partition IN
    SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
     WHERE i.inhparent = 'audit_entry'::regclass AND c.relname ~ '^audit_entry_m[0-9]{6}$'
       AND to_date(right(c.relname, 6), 'YYYYMM') + interval '1 month' <= before
     ORDER BY c.relname
  LOOP
    EXECUTE format('DROP TABLE %I', partition);
    RETURN NEXT partition;
  END LOOP;
END $body$;

REVOKE ALL ON FUNCTION ensure_audit_month(date), drop_audit_months(date) FROM PUBLIC, accounts_app;
GRANT EXECUTE ON FUNCTION ensure_audit_month(date), drop_audit_months(date) TO accounts_worker;

-- Tenants that were here before brands: each gets its first one, and the fact of it.
WITH made AS (
  INSERT INTO brand (brand_id, tenant_id, slug, name, primary_color, accent_color, default_locale, is_default)
  SELECT gen_random_uuid(), tenant_id, 'default', name, '#0b6b5b', '#f5b700', 'en', true FROM tenant
  RETURNING brand_id, tenant_id, slug, name, primary_color, accent_color, default_locale
)
INSERT INTO outbox (id, tenant_id, subject, key, version, occurred_at, payload)
SELECT gen_random_uuid(), made.tenant_id, format('fact.accounts.brand.changed.v1.%s.%s', tenant.slug, brand_id), brand_id, 1, now(),
  jsonb_build_object('brandId', brand_id, 'version', '1', 'tenantId', made.tenant_id, 'slug', made.slug, 'isDefault', true,
    'look', jsonb_build_object('name', made.name, 'primaryColor', primary_color, 'accentColor', accent_color, 'defaultLocale', default_locale))
FROM made JOIN tenant USING (tenant_id);

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
