-- Up Migration
-- Commands that wait for their station, and commands that are run over many stations.

ALTER TABLE command DROP CONSTRAINT command_outcome_check;
ALTER TABLE command ADD CONSTRAINT command_outcome_check CHECK (outcome IN (
  'queued', 'pending', 'answered', 'refused-by-station', 'station-offline', 'timeout', 'not-sent', 'expired', 'cancelled'));
ALTER TABLE command
  -- Until then the command waits for its station; null: it is sent at once or not at all.
  ADD COLUMN queue_until timestamptz,
  -- How long the station may take to answer once the command is sent; null: see deadline.
  ADD COLUMN timeout_ms integer,
  -- Set back into the queue after it reached nobody: not tried again before this.
  ADD COLUMN not_before timestamptz;
CREATE INDEX command_queued ON command (station_id, requested_at, command_id) WHERE outcome = 'queued';
CREATE INDEX command_queue_end ON command (queue_until) WHERE outcome = 'queued';
-- What is old is deleted.
CREATE INDEX command_age ON command (requested_at);

-- One command over many stations.
CREATE TABLE command_run (
  run_id uuid PRIMARY KEY,
  tenant_id uuid NOT NULL,
  action text NOT NULL,
  payload jsonb NOT NULL,
  -- How the stations were chosen, as it was asked.
  selection jsonb NOT NULL,
  state text NOT NULL CHECK (state IN ('running', 'stopped', 'ended')),
  -- Stations at once.
  concurrency integer NOT NULL,
  timeout_ms integer NOT NULL,
  queue_until timestamptz,
  idempotency_key text,
  requested_by text NOT NULL,
  requested_at timestamptz NOT NULL,
  -- When every station had its turn.
  ended_at timestamptz,
  UNIQUE (tenant_id, idempotency_key)
);
CREATE INDEX command_run_newest ON command_run (tenant_id, requested_at DESC, run_id DESC);
CREATE INDEX command_run_running ON command_run (requested_at) WHERE state = 'running';
CREATE INDEX command_run_age ON command_run (requested_at);

CREATE TABLE command_run_station (
  run_id uuid NOT NULL REFERENCES command_run ON DELETE CASCADE,
  station_id uuid NOT NULL REFERENCES charging_station,
  tenant_id uuid NOT NULL,
  -- In the order of identities.
  position integer NOT NULL,
  -- waiting: has not had its turn; taken: a replica is at it; done: see the command; skipped: see the reason.
  state text NOT NULL CHECK (state IN ('waiting', 'taken', 'done', 'skipped')),
  reason text,
  -- No foreign key: commands are deleted by age, the row stays as long as its run.
  command_id uuid,
  -- A replica that died meanwhile: another takes the station up after this.
  taken_until timestamptz,
  PRIMARY KEY (run_id, station_id)
);
CREATE INDEX command_run_station_position ON command_run_station (run_id, position);
CREATE INDEX command_run_station_open ON command_run_station (run_id, position) WHERE state IN ('waiting', 'taken');
CREATE INDEX command_run_station_command ON command_run_station (command_id) WHERE command_id IS NOT NULL;

SELECT ampline_tenant_table('command_run');
SELECT ampline_tenant_table('command_run_station');
