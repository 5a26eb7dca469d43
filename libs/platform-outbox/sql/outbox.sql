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
