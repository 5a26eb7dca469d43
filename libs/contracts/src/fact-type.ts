import type { DescMessage } from '@bufbuild/protobuf';
import { subjectToken } from '@ampline/kernel-ids';

/**
 * A kind of fact: where it travels and what it holds. Its payload is the canonical JSON of `schema`, and holds the whole state of
 * the entity with a gap-free `version`, so that a consumer applies it when it is newer, whatever the order.
 */
export interface FactType<D extends DescMessage = DescMessage> {
  /** Owning context; names the stream `FACTS_<CONTEXT>`. */
  readonly context: string;
  readonly entity: string;
  readonly verb: string;
  /** Version of the contract, not of the entity. */
  readonly version: number;
  readonly schema: D;
  /** `<context>.<entity>.<verb>.v<n>`. */
  readonly name: string;
}

/** Declares a kind of fact. The words are subject tokens: `[a-z_]+`. */
export function defineFact<D extends DescMessage>(o: {
  context: string;
  entity: string;
  verb: string;
  version: number;
  schema: D;
}): FactType<D> {
  return { ...o, name: `${o.context}.${o.entity}.${o.verb}.v${o.version}` };
}

/** The subject one fact is published on: `fact.<context>.<entity>.<verb>.v<n>.<tenant>.<key>`. */
export function factSubject(type: FactType, tenant: string, key: string): string {
  return `fact.${type.name}.${subjectToken(tenant)}.${subjectToken(key)}`;
}

/** The stream that carries a context's facts. */
export function factStream(context: string): string {
  return `FACTS_${context.toUpperCase().replaceAll('-', '_')}`;
}
