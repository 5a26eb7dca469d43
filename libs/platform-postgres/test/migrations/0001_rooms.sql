CREATE TYPE room_state AS ENUM ('FREE', 'TAKEN');
CREATE TABLE room (
  room_id uuid PRIMARY KEY,
  tenant_id uuid NOT NULL,
  name text NOT NULL,
  state room_state NOT NULL DEFAULT 'FREE',
  energy_wh bigint NOT NULL DEFAULT 0,
  price numeric(12, 2),
  created_at timestamptz(3) NOT NULL DEFAULT now(),
  CONSTRAINT room_name_once UNIQUE (tenant_id, name)
);
SELECT ampline_tenant_table('room');

CREATE TABLE bed (
  bed_id uuid PRIMARY KEY,
  tenant_id uuid NOT NULL,
  room_id uuid NOT NULL REFERENCES room
);
SELECT ampline_tenant_table('bed');
