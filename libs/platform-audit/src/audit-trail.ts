import { AuditActorKind, auditRecorded } from '@ampline/contracts';
import { uuidv7 } from '@ampline/kernel-ids';
import type { Clock } from '@ampline/kernel-time';
import { kindOf, type Caller, type CallerKind } from '@ampline/platform-grpc';
import type { Outbox } from '@ampline/platform-outbox';
import type { Tx } from '@ampline/platform-postgres';
import { activeTraceparent } from '@ampline/platform-telemetry';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';

/** What somebody did. */
export interface Deed {
  caller: Caller;
  tenantId: string;
  /** Slug of the tenant. */
  tenant: string;
  /** `<entity>.<verb in the past>`: `id-token.blocked`. */
  action: string;
  entity: {
    /** `id-token`. */
    type: string;
    id: string;
    /** What people call it; empty when it has no name. */
    name?: string;
  };
  /** What changed. Never a secret, a password or a key. */
  detail?: Record<string, unknown>;
}

const ACTOR_KIND: Record<CallerKind, AuditActorKind> = {
  person: AuditActorKind.PERSON,
  'api-key': AuditActorKind.API_KEY,
  guest: AuditActorKind.GUEST,
  service: AuditActorKind.SERVICE,
};

/**
 * The audit trail of one context: each deed is a fact, written in the transaction that did it. Accounts gathers them all. A deed that
 * changed nothing is not recorded.
 */
export class AuditTrail {
  constructor(
    private readonly context: string,
    private readonly outbox: Outbox,
    private readonly clock: Clock,
  ) {}

  async record(tx: Tx, ...deeds: readonly Deed[]): Promise<void> {
    const type = auditRecorded(this.context);
    const traceId = activeTraceparent()?.split('-')[1] ?? '';
    const at = this.clock.now();
    const facts = deeds.map(({ caller, tenantId, tenant, action, entity, detail }) => {
      const auditId = uuidv7();
      return {
        type,
        tenantId,
        tenant,
        key: auditId,
        version: 1,
        occurredAt: at,
        payload: {
          auditId,
          tenantId,
          at: timestampFromDate(at),
          actor: { kind: ACTOR_KIND[kindOf(caller)], id: caller.subject, name: caller.name ?? '', via: caller.actor ?? '' },
          action,
          entityType: entity.type,
          entityId: entity.id,
          entityName: entity.name ?? '',
          detailJson: detail ? JSON.stringify(detail) : '',
          traceId,
          context: this.context,
        },
      };
    });
    await this.outbox.write(tx, ...facts);
  }
}
