import { create, fromJsonString, toJsonString, type DescMessage, type MessageInitShape, type MessageShape } from '@bufbuild/protobuf';
import { factSubject, type FactType } from '@ampline/contracts';
import { fromSubjectToken } from '@ampline/kernel-ids';
import type { Tx } from '@ampline/platform-postgres';
import { outboxErrors } from './errors.js';

/** Header names of a fact on the wire; the key is encoded as in the subject. */
export const FactHeader = {
  id: 'Nats-Msg-Id',
  expectedStream: 'Nats-Expected-Stream',
  occurredAt: 'occurred-at',
  traceparent: 'traceparent',
  tenantId: 'Ampline-Tenant-Id',
  version: 'Ampline-Version',
  key: 'Ampline-Key',
} as const;

/** A fact to be told with the change that made it. */
export interface FactToWrite<D extends DescMessage = DescMessage> {
  type: FactType<D>;
  tenantId: string;
  /** Slug. */
  tenant: string;
  /** Id of the entity. */
  key: string;
  /** Gap-free per entity, taken under its row lock. */
  version: bigint | number;
  occurredAt: Date;
  payload: MessageInitShape<D>;
}

/** A fact as a consumer gets it. */
export interface Fact<D extends DescMessage = DescMessage> {
  /** Id of the outbox row. */
  id: string;
  tenantId: string;
  /** Slug. */
  tenant: string;
  key: string;
  version: bigint;
  occurredAt: Date;
  payload: MessageShape<D>;
  /** Of the change that made it. */
  traceparent: string | undefined;
}

/** What a consumer does with one kind of fact. Made by {@link onFact}. */
export interface FactHandler {
  readonly type: FactType;
  apply(tx: Tx, fact: ReceivedFact): Promise<void>;
}

/**
 * Handles one kind of fact in the transaction that also marks it as taken in. Facts of an entity may arrive in any order: compare
 * `fact.version` with the version in your row (`… WHERE version < $n`) and leave the row alone when yours is newer.
 */
export function onFact<D extends DescMessage>(type: FactType<D>, handle: (tx: Tx, fact: Fact<D>) => Promise<unknown>): FactHandler {
  return {
    type,
    apply: async (tx, received) => {
      const { id, tenantId, tenant, key, version, occurredAt, traceparent } = received;
      const payload = decodePayload(type, received.payload);
      await handle(tx, { id, tenantId, tenant, key, version, occurredAt, traceparent, payload });
    },
  };
}

/** The parser's own words are left out of the error: they quote the payload, which belongs in no log. */
function decodePayload<D extends DescMessage>(type: FactType<D>, payload: string): MessageShape<D> {
  try {
    return fromJsonString(type.schema, payload, { ignoreUnknownFields: true });
  } catch {
    throw outboxErrors.payloadUnreadable({ fact: type.name });
  }
}

/** Canonical proto JSON. */
export function encodePayload<D extends DescMessage>(fact: FactToWrite<D>): string {
  return toJsonString(fact.type.schema, create(fact.type.schema, fact.payload));
}

export function subjectOf(fact: Pick<FactToWrite, 'type' | 'tenant' | 'key'>): string {
  return factSubject(fact.type, fact.tenant, fact.key);
}

/** A fact whose payload has not been read yet. */
export interface ReceivedFact extends Omit<Fact, 'payload'> {
  subject: string;
  /** `<context>.<entity>.<verb>.v<n>`, as in `FactType.name`. */
  name: string;
  /** `<entity>.<tenant>.<key>`: facts of one chain wait for each other. */
  chain: string;
  /** Canonical proto JSON. */
  payload: string;
}

const FACT_SUBJECT = /^fact\.([^.]+)\.([^.]+)\.([^.]+)\.(v\d+)\.((?:[A-Za-z0-9_-]|%[0-9A-F]{2})+)\.((?:[A-Za-z0-9_-]|%[0-9A-F]{2})+)$/;

/** Parts of `fact.<context>.<entity>.<verb>.v<n>.<tenant>.<key>`; undefined when the subject is none of a fact. */
export function parseFactSubject(subject: string): Pick<ReceivedFact, 'subject' | 'name' | 'chain' | 'tenant' | 'key'> | undefined {
  const parts = FACT_SUBJECT.exec(subject);
  if (!parts) return undefined;
  const [, context, entity, verb, version, tenant, key] = parts as unknown as [string, string, string, string, string, string, string];
  return {
    subject,
    name: `${context}.${entity}.${verb}.${version}`,
    chain: `${entity}.${tenant}.${key}`,
    tenant: fromSubjectToken(tenant),
    key: fromSubjectToken(key),
  };
}
