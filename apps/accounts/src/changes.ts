import type { FactType } from '@ampline/contracts';
import type { Clock } from '@ampline/kernel-time';
import type { AuditTrail, Deed } from '@ampline/platform-audit';
import type { Outbox } from '@ampline/platform-outbox';
import type { Tx } from '@ampline/platform-postgres';
import type { DescMessage, MessageShape } from '@bufbuild/protobuf';
import type { Asking } from './asking.js';

/** A new state of something, to be told as a fact. */
export interface Told<D extends DescMessage> {
  type: FactType<D>;
  /** Slug. */
  tenant: string;
  key: string;
  payload: MessageShape<D> & { tenantId: string; version?: bigint };
}

/** What goes into the transaction of each change: the fact of the new state, and who did it. */
export class Changes {
  constructor(
    private readonly outbox: Outbox,
    private readonly trail: AuditTrail,
    private readonly clock: Clock,
  ) {}

  now(): Date {
    return this.clock.now();
  }

  async tell<D extends DescMessage>(tx: Tx, ...told: readonly Told<D>[]): Promise<void> {
    const occurredAt = this.clock.now();
    await this.outbox.write<D[]>(
      tx,
      ...told.map((one) => ({ ...one, tenantId: one.payload.tenantId, version: one.payload.version ?? 1, occurredAt })),
    );
  }

  record(tx: Tx, { caller, tenantId }: Asking, tenant: string, deed: Pick<Deed, 'action' | 'entity' | 'detail'>): Promise<void> {
    return this.trail.record(tx, { caller, tenantId, tenant, ...deed });
  }
}
