CREATE TABLE lease (
  name text PRIMARY KEY,
  holder text NOT NULL,
  -- Rises with every change of holder: what a write of the holder names (fencing).
  fencing_epoch bigint NOT NULL,
  expires_at timestamptz NOT NULL
);
SELECT ampline_worker_table('lease');

CREATE TABLE written (epoch bigint NOT NULL);
