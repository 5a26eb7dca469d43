import { commandChanged, CommandStateSchema } from '@ampline/contracts';
import type { Outbox } from '@ampline/platform-outbox';
import type { Tx } from '@ampline/platform-postgres';
import type { MessageInitShape } from '@bufbuild/protobuf';
import { commandMessage, type CommandRow } from './command-row.js';
import { withoutSecrets } from './secrets.js';

const MOST_JSON_BYTES = 16_384;
const LONGEST_DESCRIPTION = 1_000;

/** Tells commands that have just been recorded, or whose outcome has just been stored. */
export async function tellCommands(tx: Tx, outbox: Outbox, rows: readonly CommandRow[], occurredAt: Date): Promise<void> {
  const facts = rows.map((row) => ({
    type: commandChanged,
    tenantId: row.tenant_id,
    tenant: row.tenant,
    key: row.command_id,
    version: row.version,
    occurredAt,
    payload: commandState(row),
  }));
  await outbox.write(tx, ...facts);
}

function commandState(row: CommandRow): MessageInitShape<typeof CommandStateSchema> {
  const { $typeName: _, ...command } = commandMessage(row);
  return {
    ...command,
    version: row.version,
    tenantId: row.tenant_id,
    payloadJson: tellable(row.payload),
    responseJson: row.response === null ? '' : tellable(row.response),
    errorDescription: command.errorDescription.slice(0, LONGEST_DESCRIPTION),
  };
}

/** JSON without secrets; empty when it is too large to be told. */
export function tellable(value: unknown): string {
  const json = JSON.stringify(withoutSecrets(value));
  return Buffer.byteLength(json) <= MOST_JSON_BYTES ? json : '';
}
