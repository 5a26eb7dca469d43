import { SignedValueSchema, type SignedValue, type SignedValues } from '@ampline/contracts';
import { ownRowsOf, type Caller } from '@ampline/platform-grpc';
import type { Database } from '@ampline/platform-postgres';
import { readSignedValue } from '@ampline/protocol-ocmf';
import { create } from '@bufbuild/protobuf';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import { STAFF } from '../access.js';
import { csmsErrors } from '../errors.js';
import { TRANSACTION_COLUMNS, type TransactionRow } from '../transactions/adapters/transaction-row.js';
import { toldSignedValues } from './told-values.js';

const MOST_SHOWN = 500;

interface ValueRow {
  received_at: Date;
  context: string;
  value: string;
}

/** The signed values of a session as somebody asks for them. */
export interface ReadSignedValues {
  verdict: SignedValues | undefined;
  values: SignedValue[];
  energyMilliWh: bigint | null;
}

/** What the meter signed in a session. */
export class SignedValueReads {
  constructor(private readonly database: Database) {}

  /** A session that is not the caller's own is answered like one that does not exist. Throws `csms.session-unknown`. */
  get(tenantId: string, caller: Caller, sessionId: string): Promise<ReadSignedValues> {
    const own = ownRowsOf(caller, STAFF);
    return this.database.asTenant(tenantId, async (tx) => {
      const session = await tx.one<TransactionRow & { signed_energy_mwh: bigint | null }>(
        `SELECT ${TRANSACTION_COLUMNS}, signed_energy_mwh FROM ocpp_transaction
         WHERE transaction_id = $1 AND ($2 OR driver_id::text = $3 OR organisation_id::text = $4 OR 'session:' || transaction_id = $5)`,
        [sessionId, own === undefined, own?.driverId, own?.organisationId, own?.resource],
      );
      if (!session) throw csmsErrors.sessionUnknown();
      const values = await tx.query<ValueRow>(
        `SELECT received_at, context, value FROM signed_value WHERE transaction_id = $1 ORDER BY received_at, context LIMIT ${MOST_SHOWN}`,
        [sessionId],
      );
      const verdict = (await toldSignedValues(tx, [session])).get(sessionId);
      return { verdict, values: values.map(messageOf), energyMilliWh: session.signed_energy_mwh };
    });
  }
}

function messageOf({ received_at: receivedAt, context, value }: ValueRow): SignedValue {
  const { format } = readSignedValue(value);
  return create(SignedValueSchema, { receivedAt: timestampFromDate(receivedAt), context, value, format: format === 'OCMF' ? format : '' });
}
