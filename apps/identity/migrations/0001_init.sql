-- Up Migration
-- Tables of identity. Times are UTC. Every table is installation-wide and for the worker role alone: people log in before their tenant is
-- known, and which tenant they belong to is decided by accounts.

CREATE TABLE signing_key (
  kid text PRIMARY KEY,
  public_jwk jsonb NOT NULL,
  -- PKCS #8, encrypted with a key derived from the installation's secret (AES-256-GCM: nonce, tag, text).
  private_key bytea NOT NULL,
  created_at timestamptz NOT NULL,
  -- From when it signs: a new key is published before it is used, so that nobody meets a token of an unknown key.
  active_at timestamptz NOT NULL
);

CREATE TABLE realm_user (
  user_id uuid PRIMARY KEY,
  -- `<tenant>/<e-mail>`, in lower case.
  username text NOT NULL UNIQUE CHECK (username = lower(username) AND length(username) BETWEEN 3 AND 255),
  email text CHECK (email = lower(email)),
  email_verified boolean NOT NULL DEFAULT false,
  first_name text,
  last_name text,
  tenant text,
  enabled boolean NOT NULL,
  roles text[] NOT NULL DEFAULT '{}',
  -- `scrypt$N$r$p$salt$hash`; null: nobody can log in with a password.
  password_hash text,
  -- The password was set by somebody else, and has to be changed at the next login.
  password_temporary boolean NOT NULL DEFAULT false,
  created_at timestamptz NOT NULL
);
CREATE INDEX realm_user_email ON realm_user (email);

-- What the OpenID provider keeps: sessions, grants, codes, refresh tokens, logins under way. Ids that open something are kept as hashes.
CREATE TABLE provider_record (
  model text NOT NULL,
  id text NOT NULL,
  payload jsonb NOT NULL,
  uid text,
  grant_id text,
  account_id text,
  session_uid text,
  consumed_at timestamptz,
  expires_at timestamptz NOT NULL,
  PRIMARY KEY (model, id)
);
CREATE INDEX provider_record_uid ON provider_record (uid) WHERE uid IS NOT NULL;
CREATE INDEX provider_record_grant ON provider_record (grant_id) WHERE grant_id IS NOT NULL;
CREATE INDEX provider_record_account ON provider_record (account_id) WHERE account_id IS NOT NULL;
CREATE INDEX provider_record_session ON provider_record (session_uid) WHERE session_uid IS NOT NULL;
CREATE INDEX provider_record_expires ON provider_record (expires_at);

-- Failed logins by user and by address, both as hashes.
CREATE TABLE login_failure (
  subject text PRIMARY KEY,
  failures integer NOT NULL,
  last_at timestamptz NOT NULL,
  locked_until timestamptz
);
CREATE INDEX login_failure_last ON login_failure (last_at);

SELECT ampline_worker_table('signing_key');
SELECT ampline_worker_table('realm_user');
SELECT ampline_worker_table('provider_record');
SELECT ampline_worker_table('login_failure');
