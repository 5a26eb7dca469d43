-- Up Migration
-- The connection layer in a storm, and how long messages are kept.

-- Each admission, opening and closing of a socket writes the station's row: with room on its page the indexes stay as they are.
ALTER TABLE charging_station SET (fillfactor = 60);

-- Tenants that want their raw messages gone sooner than the installation drops them.
CREATE TABLE message_retention (
  tenant_id uuid PRIMARY KEY,
  retain_days integer NOT NULL CHECK (retain_days BETWEEN 1 AND 3650)
);
SELECT ampline_tenant_table('message_retention');
