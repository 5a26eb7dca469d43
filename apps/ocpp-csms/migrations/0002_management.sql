-- Up Migration
-- What the management API needs beyond the intake's tables.

-- After this a command without an outcome has timed out, whoever sent it.
ALTER TABLE command ADD COLUMN deadline timestamptz NOT NULL DEFAULT now();
ALTER TABLE command ALTER COLUMN deadline DROP DEFAULT;
CREATE INDEX command_pending ON command (deadline) WHERE outcome = 'pending';

-- The station answered ChangeAvailability with Scheduled: comes true when its transaction ends.
ALTER TABLE connector ADD COLUMN operative_scheduled boolean;

-- When the setting is to be sent; null: nothing is to be sent.
ALTER TABLE station_setting ADD COLUMN due_at timestamptz;
CREATE INDEX station_setting_due ON station_setting (due_at) WHERE due_at IS NOT NULL;

-- An EVSE id names one EVSE. Compared without regard to case.
CREATE UNIQUE INDEX evse_code ON evse (tenant_id, upper(code)) WHERE code IS NOT NULL;

-- Exports that have been read to their end once; after that facts keep the projection current. No tenant: installation-wide.
CREATE TABLE projection_load (
  projection text PRIMARY KEY,
  loaded_at timestamptz NOT NULL
);
SELECT ampline_worker_table('projection_load');
