-- Up Migration
-- Signed meter values: keys of meters, values as they were sent, and what they are worth.

-- From a register, a type plate or the maker: never from a message that it judges.
CREATE TABLE meter_key (
  meter_key_id uuid PRIMARY KEY,
  tenant_id uuid NOT NULL,
  station_id uuid NOT NULL REFERENCES charging_station,
  -- Null: every EVSE of the station.
  evse_number integer CHECK (evse_number > 0),
  -- Null: whatever meter signs at the EVSE.
  meter_serial text CHECK (length(meter_serial) BETWEEN 1 AND 100),
  -- As OCMF names it, with its hash: ECDSA-secp256r1-SHA256.
  algorithm text NOT NULL,
  -- SubjectPublicKeyInfo, DER.
  spki bytea NOT NULL,
  -- A meter that was replaced leaves its key behind: sessions that ended before are judged by the old one.
  valid_from timestamptz NOT NULL,
  note text NOT NULL DEFAULT '',
  registered_at timestamptz NOT NULL,
  registered_by text NOT NULL,
  revoked_at timestamptz,
  revoked_by text
);
CREATE INDEX meter_key_station ON meter_key (station_id);
CREATE UNIQUE INDEX meter_key_once ON meter_key (station_id, coalesce(evse_number, 0), spki) WHERE revoked_at IS NULL;

-- Kept apart from meter values, which are pruned sooner than the law lets signed ones go.
CREATE TABLE signed_value (
  transaction_id uuid NOT NULL REFERENCES ocpp_transaction,
  -- sha256 of the value: a station may send it in MeterValues and in StopTransaction.
  digest bytea NOT NULL,
  tenant_id uuid NOT NULL,
  received_at timestamptz NOT NULL,
  context text NOT NULL,
  -- Byte for byte as sent.
  value text NOT NULL,
  PRIMARY KEY (transaction_id, digest)
);

ALTER TABLE ocpp_transaction
  -- Null: no signed values, and no key of the meter.
  ADD COLUMN signed_verdict text CHECK (signed_verdict IN ('verified', 'unverifiable', 'wrong')),
  ADD COLUMN signed_reason text,
  -- Between the signed begin and the signed end, thousandths of a watt-hour.
  ADD COLUMN signed_energy_mwh bigint,
  ADD COLUMN meter_key_id uuid REFERENCES meter_key,
  -- Something came after its end that may change the verdict.
  ADD COLUMN signed_due_at timestamptz;
CREATE INDEX ocpp_transaction_signed_due ON ocpp_transaction (signed_due_at) WHERE signed_due_at IS NOT NULL;
CREATE INDEX ocpp_transaction_key_unknown ON ocpp_transaction (station_id) WHERE signed_reason = 'key-unknown';

SELECT ampline_tenant_table(name::regclass) FROM unnest(ARRAY['meter_key', 'signed_value']) AS name;
