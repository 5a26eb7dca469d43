-- Up Migration
-- Tables of accounts. Times are UTC. Every table is a tenant table: the app role sees its own tenant's rows only.

CREATE TABLE tenant (
  tenant_id uuid PRIMARY KEY,
  -- In subjects and URLs; never changes. Reserved words are kept out by the service.
  slug text NOT NULL UNIQUE CHECK (slug ~ '^[a-z0-9-]{2,32}$'),
  name text NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
  status text NOT NULL CHECK (status IN ('active', 'suspended')),
  -- Version of the tenant's facts; gap-free.
  version bigint NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE token_group (
  group_id uuid PRIMARY KEY,
  tenant_id uuid NOT NULL REFERENCES tenant,
  name text NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
  -- What stations know the group by: parentIdTag (OCPP 1.6, CiString20), groupIdToken (2.0.1).
  group_token text NOT NULL CHECK (length(group_token) BETWEEN 1 AND 20),
  group_token_key text NOT NULL GENERATED ALWAYS AS (lower(group_token COLLATE "C")) STORED,
  created_at timestamptz NOT NULL DEFAULT now(),
  UNIQUE (tenant_id, group_token_key),
  UNIQUE (tenant_id, group_id)
);

CREATE TABLE id_token (
  id_token_id uuid PRIMARY KEY,
  tenant_id uuid NOT NULL REFERENCES tenant,
  id_token text NOT NULL CHECK (length(id_token) BETWEEN 1 AND 36),
  -- Compared without regard to case (OCPP CiString, identifierString).
  id_token_key text NOT NULL GENERATED ALWAYS AS (lower(id_token COLLATE "C")) STORED,
  type text NOT NULL CHECK (type IN ('iso14443', 'iso15693', 'central', 'emaid', 'local', 'key-code', 'mac-address')),
  status text NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'blocked', 'removed')),
  expires_at timestamptz,
  group_id uuid,
  -- Copy of the group's, kept in step by the service, so that the row holds all that its fact tells.
  group_token text,
  allow_concurrent boolean NOT NULL DEFAULT false,
  -- Version of the id token's facts; gap-free.
  version bigint NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL DEFAULT now(),
  UNIQUE (tenant_id, id_token_key),
  CHECK ((group_id IS NULL) = (group_token IS NULL)),
  -- With the tenant: nobody's token is in another tenant's group.
  FOREIGN KEY (tenant_id, group_id) REFERENCES token_group (tenant_id, group_id)
);
CREATE INDEX id_token_page ON id_token (tenant_id, id_token_id);
CREATE INDEX id_token_group ON id_token (group_id) WHERE group_id IS NOT NULL;

SELECT ampline_tenant_table('tenant');
SELECT ampline_tenant_table('token_group');
SELECT ampline_tenant_table('id_token');

-- Platform ----------------------------------------------------------------------------------------------------------------------

CREATE TABLE lease (
  name text PRIMARY KEY,
  holder text NOT NULL,
  -- Rises with every change of holder: what a write of the holder names (fencing).
  fencing_epoch bigint NOT NULL,
  expires_at timestamptz NOT NULL
);
SELECT ampline_worker_table('lease');

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
