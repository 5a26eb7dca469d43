-- Up Migration
-- Security profiles of OCPP 1.6, certificates, and how a station is brought from one key or profile to the next.

ALTER TABLE charging_station
  -- What the station has to prove at least. 0: nothing (a password that is set is asked for all the same), 1: Basic, 2: TLS and Basic, 3: TLS with client certificate.
  ADD COLUMN security_profile smallint NOT NULL DEFAULT 0 CHECK (security_profile BETWEEN 0 AND 3),
  -- Valid beside what it is to replace until the station has used it.
  ADD COLUMN next_password_hash text,
  ADD COLUMN next_security_profile smallint CHECK (next_security_profile BETWEEN 1 AND 3),
  -- What the newest admitted connection proved.
  ADD COLUMN connection_profile smallint,
  -- sha256 of its client certificate, lower-case hex.
  ADD COLUMN connection_certificate text;
UPDATE charging_station SET security_profile = 1 WHERE password_hash IS NOT NULL;

-- Authorities that a tenant trusts: its own root and issuing authority, and those of others.
CREATE TABLE certificate_authority (
  authority_id uuid PRIMARY KEY,
  tenant_id uuid NOT NULL,
  kind text NOT NULL CHECK (kind IN ('root', 'issuing', 'foreign')),
  subject text NOT NULL,
  -- PEM.
  certificate text NOT NULL,
  -- Lower-case hex, of DER.
  sha256 text NOT NULL,
  -- Sealed (KeyCipher); null: the key is not ours.
  private_key bytea,
  not_before timestamptz NOT NULL,
  not_after timestamptz NOT NULL,
  -- Certificates below it open a connection.
  trusted boolean NOT NULL DEFAULT true,
  -- It signs what stations ask for; one of a tenant at most.
  issues boolean NOT NULL DEFAULT false CHECK (NOT issues OR kind = 'issuing'),
  created_at timestamptz NOT NULL,
  UNIQUE (tenant_id, sha256)
);
CREATE UNIQUE INDEX certificate_authority_issues ON certificate_authority (tenant_id) WHERE issues;

-- What a station asked for with SignCertificate.
CREATE TABLE certificate_request (
  request_id uuid PRIMARY KEY,
  tenant_id uuid NOT NULL,
  station_id uuid NOT NULL REFERENCES charging_station,
  -- PEM, as it came.
  csr text NOT NULL,
  subject text NOT NULL,
  -- `ECDSA P-256`, `RSA 2048`.
  key_type text NOT NULL,
  state text NOT NULL CHECK (state IN ('waiting', 'issued', 'refused', 'superseded')),
  -- Stable code, when refused.
  reason text,
  asked_at timestamptz NOT NULL,
  decided_at timestamptz,
  -- When our own authority is to sign it; null: it waits for an operator, or is decided.
  due_at timestamptz
);
CREATE INDEX certificate_request_station ON certificate_request (station_id, asked_at DESC);
CREATE INDEX certificate_request_waiting ON certificate_request (tenant_id, asked_at DESC) WHERE state = 'waiting';
CREATE INDEX certificate_request_due ON certificate_request (due_at) WHERE due_at IS NOT NULL;

-- Client certificates of stations.
CREATE TABLE station_certificate (
  certificate_id uuid PRIMARY KEY,
  tenant_id uuid NOT NULL,
  station_id uuid NOT NULL REFERENCES charging_station,
  request_id uuid REFERENCES certificate_request,
  subject text NOT NULL,
  issuer text NOT NULL,
  -- Hex.
  serial_number text NOT NULL,
  -- PEM, with what is between it and the root.
  chain text NOT NULL,
  sha256 text NOT NULL,
  not_before timestamptz NOT NULL,
  not_after timestamptz NOT NULL,
  -- issued: not answered by the station yet.
  state text NOT NULL CHECK (state IN ('issued', 'accepted', 'rejected', 'replaced', 'revoked')),
  issued_at timestamptz NOT NULL,
  answered_at timestamptz,
  -- When CertificateSigned is to be sent; null: nothing is to be sent.
  due_at timestamptz,
  deliveries integer NOT NULL DEFAULT 0,
  -- When the station was last asked to renew it.
  renewal_asked_at timestamptz,
  UNIQUE (tenant_id, sha256)
);
CREATE INDEX station_certificate_station ON station_certificate (station_id, issued_at DESC);
CREATE INDEX station_certificate_end ON station_certificate (tenant_id, not_after) WHERE state = 'accepted';
CREATE INDEX station_certificate_due ON station_certificate (due_at) WHERE due_at IS NOT NULL;

-- The revocation list. By certificate, so that one of a foreign authority can be on it as well.
CREATE TABLE revoked_certificate (
  tenant_id uuid NOT NULL,
  sha256 text NOT NULL,
  serial_number text NOT NULL,
  issuer text NOT NULL,
  reason text NOT NULL,
  revoked_at timestamptz NOT NULL,
  revoked_by text NOT NULL,
  PRIMARY KEY (tenant_id, sha256)
);

-- Root certificates that a station has, by its own word.
CREATE TABLE installed_certificate (
  tenant_id uuid NOT NULL,
  station_id uuid NOT NULL REFERENCES charging_station,
  -- CentralSystemRootCertificate, ManufacturerRootCertificate.
  certificate_type text NOT NULL,
  hash_algorithm text NOT NULL,
  issuer_name_hash text NOT NULL,
  issuer_key_hash text NOT NULL,
  serial_number text NOT NULL,
  -- Known when it was installed from here.
  subject text,
  not_after timestamptz,
  reported_at timestamptz NOT NULL,
  PRIMARY KEY (station_id, certificate_type, hash_algorithm, issuer_name_hash, issuer_key_hash, serial_number)
);

-- A station on its way to another key or profile.
CREATE TABLE security_change (
  change_id uuid PRIMARY KEY,
  tenant_id uuid NOT NULL,
  station_id uuid NOT NULL REFERENCES charging_station,
  kind text NOT NULL CHECK (kind IN ('rotate-key', 'raise-profile')),
  to_profile smallint,
  -- Before the station is told to change the profile: the root of our server certificate, PEM.
  root_certificate text,
  with_key boolean NOT NULL,
  step text NOT NULL CHECK (step IN ('root', 'key', 'certificate', 'profile', 'reconnect')),
  -- unconfirmed: the station may have taken the new key and was not seen with it; old and new key both hold until one is used.
  state text NOT NULL CHECK (state IN ('open', 'done', 'rolled-back', 'unconfirmed')),
  -- Stable code, when it did not come to its end.
  problem text,
  -- Sealed (KeyCipher) while the change is open; the station is sent the same key however often a replica dies over it.
  new_key bytea,
  new_key_hash text,
  -- When the station was first sent what the present step sends.
  asked_at timestamptz,
  -- Connection that was open then.
  told_epoch bigint,
  requested_by text NOT NULL,
  requested_at timestamptz NOT NULL,
  deadline timestamptz NOT NULL,
  finished_at timestamptz,
  due_at timestamptz
);
CREATE UNIQUE INDEX security_change_open ON security_change (station_id) WHERE state = 'open';
CREATE INDEX security_change_newest ON security_change (tenant_id, requested_at DESC, change_id DESC);
CREATE INDEX security_change_due ON security_change (due_at) WHERE due_at IS NOT NULL;

-- SecurityEventNotification.
CREATE TABLE security_event (
  -- Call id of the message.
  event_id uuid PRIMARY KEY,
  tenant_id uuid NOT NULL,
  station_id uuid NOT NULL REFERENCES charging_station,
  type text NOT NULL,
  critical boolean NOT NULL,
  tech_info text,
  -- By the station's clock; as it was sent.
  occurred_at timestamptz NOT NULL,
  received_at timestamptz NOT NULL
);
CREATE INDEX security_event_newest ON security_event (tenant_id, received_at DESC, event_id DESC);
CREATE INDEX security_event_station ON security_event (station_id, received_at DESC);

-- The newest connection of a station that was refused.
CREATE TABLE admission_refusal (
  station_id uuid PRIMARY KEY REFERENCES charging_station,
  tenant_id uuid NOT NULL,
  reason text NOT NULL,
  -- In a row, for the same reason.
  times integer NOT NULL,
  remote_address text NOT NULL,
  first_at timestamptz NOT NULL,
  last_at timestamptz NOT NULL
);
CREATE INDEX admission_refusal_newest ON admission_refusal (tenant_id, last_at DESC);

SELECT ampline_tenant_table(name::regclass) FROM unnest(ARRAY[
  'certificate_authority', 'certificate_request', 'station_certificate', 'revoked_certificate', 'installed_certificate', 'security_change',
  'security_event', 'admission_refusal'
]) AS name;
