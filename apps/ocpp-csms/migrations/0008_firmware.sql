-- Up Migration
-- Files that stations send (diagnostics, logs) and fetch (firmware), and the campaigns that bring firmware to them.

-- What stations are asked by in the security extension of OCPP 1.6: requestId of GetLog and SignedUpdateFirmware.
CREATE SEQUENCE ocpp_request_number AS integer MINVALUE 1 START 1 CACHE 1 CYCLE;

-- A file that a station was asked for. The row stays when the bytes are deleted.
CREATE TABLE station_file (
  file_id uuid PRIMARY KEY,
  tenant_id uuid NOT NULL,
  station_id uuid NOT NULL REFERENCES charging_station,
  kind text NOT NULL CHECK (kind IN ('diagnostics', 'diagnostics-log', 'security-log')),
  -- requestId of GetLog; null: GetDiagnostics, whose statuses name none.
  request_number integer,
  state text NOT NULL CHECK (state IN ('requested', 'uploading', 'arrived', 'failed', 'deleted')),
  -- What the station reported last, such as `Uploading`.
  told_status text,
  -- Why there is none: status-told, command-refused, station-offline, not-answered, no-file, expired.
  reason text,
  -- As the station named it.
  file_name text,
  size_bytes bigint,
  sha256 bytea,
  object_key text,
  requested_by text NOT NULL,
  requested_at timestamptz NOT NULL,
  -- After this nothing is waited for.
  expires_at timestamptz NOT NULL,
  arrived_at timestamptz,
  deleted_at timestamptz
);
CREATE INDEX station_file_newest ON station_file (station_id, requested_at DESC, file_id DESC);
CREATE INDEX station_file_waiting ON station_file (expires_at) WHERE state IN ('requested', 'uploading');
CREATE INDEX station_file_kept ON station_file (arrived_at) WHERE state = 'arrived';

CREATE TABLE firmware_image (
  image_id uuid PRIMARY KEY,
  tenant_id uuid NOT NULL,
  vendor text NOT NULL,
  -- Empty: all models of the vendor.
  model text NOT NULL,
  -- As stations report it in BootNotification once they run it.
  version text NOT NULL,
  file_name text NOT NULL,
  size_bytes bigint NOT NULL,
  sha256 bytea,
  -- For SignedUpdateFirmware: base64 and PEM; both or none.
  signature text,
  signing_certificate text,
  state text NOT NULL CHECK (state IN ('uploading', 'available', 'retired')),
  uploaded_by text NOT NULL,
  uploaded_at timestamptz NOT NULL,
  CHECK ((signature IS NULL) = (signing_certificate IS NULL))
);
CREATE INDEX firmware_image_newest ON firmware_image (tenant_id, uploaded_at DESC, image_id DESC);
CREATE UNIQUE INDEX firmware_image_version ON firmware_image (tenant_id, lower(vendor), lower(model), version) WHERE state = 'available';

-- One address that one station may use, in one direction, until it expires. Secrets as sha256.
CREATE TABLE file_link (
  link_id uuid PRIMARY KEY,
  tenant_id uuid NOT NULL,
  station_id uuid NOT NULL REFERENCES charging_station,
  -- Of the token in the path.
  token_hash bytea NOT NULL UNIQUE,
  -- User name at the FTP server.
  ftp_user text NOT NULL UNIQUE,
  ftp_password_hash bytea NOT NULL,
  -- What is sent, or else what is fetched.
  file_id uuid REFERENCES station_file,
  image_id uuid REFERENCES firmware_image,
  max_bytes bigint NOT NULL,
  expires_at timestamptz NOT NULL,
  -- The upload is complete: no other is taken.
  used_at timestamptz,
  CHECK ((file_id IS NULL) <> (image_id IS NULL))
);
CREATE INDEX file_link_expires ON file_link (expires_at);

CREATE TABLE firmware_campaign (
  campaign_id uuid PRIMARY KEY,
  tenant_id uuid NOT NULL,
  name text NOT NULL,
  image_id uuid NOT NULL REFERENCES firmware_image,
  -- How it proceeds: CampaignPlan of firmware/domain/campaign.ts.
  plan jsonb NOT NULL,
  state text NOT NULL CHECK (state IN ('draft', 'running', 'paused', 'completed', 'aborted')),
  -- Why it was aborted: `by-person`, `failure-rate`.
  reason text,
  -- Stage under way, from 0, and when it began.
  stage integer NOT NULL DEFAULT 0,
  stage_began_at timestamptz,
  -- When the last station of the stage was through; the next stage begins after the plan's pause.
  stage_done_at timestamptz,
  created_by text NOT NULL,
  created_at timestamptz NOT NULL,
  started_at timestamptz,
  ended_at timestamptz,
  version bigint NOT NULL DEFAULT 1,
  UNIQUE (tenant_id, name)
);
CREATE INDEX firmware_campaign_newest ON firmware_campaign (tenant_id, created_at DESC, campaign_id DESC);
CREATE INDEX firmware_campaign_live ON firmware_campaign (state) WHERE state IN ('running', 'paused', 'aborted');

-- A station's part in a campaign: Update of firmware/domain/update.ts.
CREATE TABLE firmware_update (
  campaign_id uuid NOT NULL REFERENCES firmware_campaign,
  station_id uuid NOT NULL REFERENCES charging_station,
  tenant_id uuid NOT NULL,
  stage integer NOT NULL,
  state text NOT NULL CHECK (state IN (
    'queued', 'sending', 'accepted', 'downloading', 'downloaded', 'installing', 'installed', 'verified', 'failed', 'skipped')),
  reason text,
  -- Times that the command was sent and counted.
  attempt integer NOT NULL DEFAULT 0,
  -- Times that it was tried to send it: part of the idempotency key.
  sending integer NOT NULL DEFAULT 0,
  -- requestId of SignedUpdateFirmware.
  request_number integer,
  -- What the station reported last, such as `Downloading`.
  told_status text,
  sent_at timestamptz,
  state_since timestamptz NOT NULL,
  -- queued: not tried before; else: given up after. Null: waits for nothing.
  due_at timestamptz,
  -- Of the boot that was judged last.
  boot_seen_at timestamptz,
  -- firmwareVersion before the first attempt.
  from_version text,
  PRIMARY KEY (campaign_id, station_id)
);
-- A station is brought one firmware at a time.
CREATE UNIQUE INDEX firmware_update_under_way ON firmware_update (station_id)
  WHERE state IN ('sending', 'accepted', 'downloading', 'downloaded', 'installing', 'installed');
CREATE INDEX firmware_update_due ON firmware_update (campaign_id, state, due_at);

SELECT ampline_tenant_table(name::regclass) FROM unnest(ARRAY[
  'station_file', 'firmware_image', 'file_link', 'firmware_campaign', 'firmware_update'
]) AS name;
