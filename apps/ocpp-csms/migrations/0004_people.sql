-- Up Migration
-- What people need: whose a session is, where a command stands, and lists that stay fast.

-- Who holds the token, and who answers for it.
ALTER TABLE id_token ADD COLUMN driver_id uuid, ADD COLUMN organisation_id uuid;
-- As it was at the begin: a card that changes hands takes no past session along.
ALTER TABLE ocpp_transaction ADD COLUMN driver_id uuid, ADD COLUMN organisation_id uuid;

-- Version of the command's facts.
ALTER TABLE command ADD COLUMN version bigint NOT NULL DEFAULT 1;
CREATE INDEX command_newest ON command (tenant_id, requested_at DESC, command_id DESC);

CREATE INDEX intake_issue_transaction ON intake_issue (transaction_id) WHERE transaction_id IS NOT NULL;
