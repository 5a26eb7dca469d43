CREATE TABLE reading (
  received_at timestamptz NOT NULL,
  reading_id uuid NOT NULL,
  tenant_id uuid NOT NULL,
  energy_wh bigint NOT NULL,
  energy_kwh numeric GENERATED ALWAYS AS (energy_wh / 1000.0) STORED,
  PRIMARY KEY (received_at, reading_id)
) PARTITION BY RANGE (received_at);
CREATE TABLE reading_default PARTITION OF reading DEFAULT;
CREATE INDEX reading_energy ON reading (energy_wh);
SELECT ampline_tenant_table('reading');

CREATE TABLE cursor_position (name text PRIMARY KEY, position bigint NOT NULL);
SELECT ampline_worker_table('cursor_position');

CREATE TABLE post (post_id uuid PRIMARY KEY, tenant_id uuid NOT NULL, body text NOT NULL);
SELECT ampline_worker_table('post', true);

-- A data migration sees the rows although row security is forced.
UPDATE room SET energy_wh = 1;
