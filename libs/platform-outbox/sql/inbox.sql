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
