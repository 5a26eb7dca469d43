import type { DescMessage } from '@bufbuild/protobuf';
import { uuidv7 } from '@ampline/kernel-ids';
import type { Bus } from '@ampline/platform-nats';
import type { Tx } from '@ampline/platform-postgres';
import { activeTraceparent } from '@ampline/platform-telemetry';
import { outboxErrors } from './errors.js';
import { encodePayload, subjectOf, type FactToWrite } from './fact.js';

const MAX_PAYLOAD_BYTES = 256 * 1024;
/** Wakes of one burst of commits become one message. */
const WAKE_AFTER_MS = 2;

const INSERT = `
  INSERT INTO outbox (id, tenant_id, subject, key, version, occurred_at, payload, traceparent)
  SELECT id, tenant_id, subject, key, version, occurred_at, payload, $8
  FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::bigint[], $6::timestamptz[], $7::text[])
    AS f (id, tenant_id, subject, key, version, occurred_at, payload)`;

/** Subject on which a relay is told that there is something to publish; empty, may be lost. */
export function wakeSubject(context: string): string {
  return `outbox.wake.${context}`;
}

/** Tells facts: they are written in the transaction of the change, and published by the relay after it has committed. */
export class Outbox {
  private waking = false;

  constructor(
    private readonly context: string,
    private readonly bus: Bus,
  ) {}

  /** Writes facts with one statement. Throws `outbox.fact-too-large` (over 256 KiB) and `outbox.wrong-context`. */
  async write<D extends DescMessage[]>(tx: Tx, ...facts: { [I in keyof D]: FactToWrite<D[I]> }): Promise<void> {
    if (facts.length === 0) return;
    const rows = facts.map((fact) => this.row(fact));
    const column = <K extends keyof Row>(name: K): Row[K][] => rows.map((row) => row[name]);
    await tx.prepared(INSERT, [
      column('id'),
      column('tenantId'),
      column('subject'),
      column('key'),
      column('version'),
      column('occurredAt'),
      column('payload'),
      activeTraceparent() ?? null,
    ]);
    tx.onCommit(() => this.wake());
  }

  private row<D extends DescMessage>(fact: FactToWrite<D>): Row {
    if (fact.type.context !== this.context) throw outboxErrors.wrongContext({ fact: fact.type.name, context: this.context });
    const payload = encodePayload(fact);
    const bytes = Buffer.byteLength(payload);
    if (bytes > MAX_PAYLOAD_BYTES) throw outboxErrors.factTooLarge({ fact: fact.type.name, key: fact.key, bytes });
    return {
      id: uuidv7(),
      tenantId: fact.tenantId,
      subject: subjectOf(fact),
      key: fact.key,
      version: fact.version.toString(),
      occurredAt: fact.occurredAt.toISOString(),
      payload,
    };
  }

  private wake(): void {
    if (this.waking) return;
    this.waking = true;
    setTimeout(() => {
      this.waking = false;
      this.bus.publish(wakeSubject(this.context), '');
    }, WAKE_AFTER_MS);
  }
}

interface Row {
  id: string;
  tenantId: string;
  subject: string;
  key: string;
  version: string;
  occurredAt: string;
  payload: string;
}
