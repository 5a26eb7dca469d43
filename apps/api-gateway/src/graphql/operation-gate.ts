import { CallerKind, type CallerProfile } from '@ampline/contracts';
import {
  getOperationAST,
  OperationTypeNode,
  validate,
  type DocumentNode,
  type GraphQLError,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from 'graphql';
import { z } from 'zod';
import { apiErrors } from '../errors.js';
import { Lru } from '../lru.js';
import type { AccessRules } from './access.js';
import { costOf } from './cost.js';
import { parseWithinLimits } from './limits.js';
import type { PersistedOperations } from './persisted-operations.js';
import { selectedBy, type Selected } from './selections.js';

const CACHED_DOCUMENTS = 1_000;
const MOST_VALIDATION_ERRORS = 5;

/** How an operation came in. */
export type Transport = 'get' | 'post' | 'socket';

const requestSchema = z.object({
  query: z.string().nullish(),
  operationName: z.string().nullish(),
  variables: z.record(z.string(), z.unknown()).nullish(),
  documentId: z.string().nullish(),
  extensions: z.looseObject({ persistedQuery: z.looseObject({ sha256Hash: z.string() }).optional() }).nullish(),
});

/** An operation that may be executed. */
export interface OpenedOperation {
  readonly query: string;
  readonly document: DocumentNode;
  readonly operationName: string | undefined;
  readonly variables: Record<string, unknown>;
  readonly type: OperationTypeNode;
  /** As the client calls it; empty for a nameless one. */
  readonly name: string;
}

interface Prepared {
  readonly document: DocumentNode;
  readonly selected: Map<OperationDefinitionNode, Selected>;
}

/** What an operation passes before anything of it is executed: limits, validation, introspection policy, access rules, cost. */
export class OperationGate {
  private readonly prepared = new Lru<Prepared>(CACHED_DOCUMENTS);

  constructor(
    private readonly schema: GraphQLSchema,
    private readonly rules: AccessRules,
    private readonly persisted: PersistedOperations,
    private readonly policy: { introspection: 'persons' | 'off'; persistedOnly: boolean; costLimit: number },
  ) {}

  /** Throws the refusal: one of the errors `api.*` of errors.ts. */
  open(body: unknown, viewer: CallerProfile | undefined, transport: Transport): OpenedOperation {
    const { query, operationName, variables } = this.read(body, viewer, transport);
    const mayIntrospect = this.policy.introspection === 'persons' && viewer?.kind === CallerKind.PERSON;
    const prepared = this.prepare(query, mayIntrospect);
    const operation = getOperationAST(prepared.document, operationName);
    if (!operation) throw apiErrors.operationUnknown();
    transportFits(operation.operation, transport);
    const selected = this.selectedBy(prepared, operation);
    if (selected.introspects && !mayIntrospect) throw apiErrors.introspectionOff();
    this.rules.check(viewer, selected.coordinates);
    const cost = costOf(this.schema, prepared.document, operation, variables);
    if (cost > this.policy.costLimit) throw apiErrors.tooCostly({ limit: this.policy.costLimit, found: cost });
    const name = operation.name?.value ?? '';
    return { query, document: prepared.document, operationName, variables, type: operation.operation, name };
  }

  private read(body: unknown, viewer: CallerProfile | undefined, transport: Transport) {
    if (Array.isArray(body)) throw apiErrors.batchRefused();
    const read = requestSchema.safeParse(body);
    if (!read.success) throw apiErrors.queryMissing({ parameters: read.error.issues.map((issue) => issue.path.join('.')) });
    const { query, operationName, variables, documentId, extensions } = read.data;
    const hash = documentId ?? extensions?.persistedQuery?.sha256Hash;
    if (transport === 'get' && query) throw apiErrors.methodNotAllowed();
    if (query) {
      if (this.policy.persistedOnly && viewer?.kind !== CallerKind.API_KEY && !this.persisted.has(query))
        throw apiErrors.persistedQueryOnly();
    } else if (!hash) {
      throw apiErrors.queryMissing();
    }
    return { query: query || this.persisted.document(hash ?? ''), operationName: operationName ?? undefined, variables: variables ?? {} };
  }

  private prepare(query: string, suggest: boolean): Prepared {
    const known = this.prepared.get(query);
    if (known) return known;
    const document = parseWithinLimits(query);
    const errors = validate(this.schema, document, undefined, { hideSuggestions: !suggest, maxErrors: MOST_VALIDATION_ERRORS });
    if (errors.length > 0) throw invalid(errors);
    const prepared = { document, selected: new Map() };
    this.prepared.set(query, prepared);
    return prepared;
  }

  private selectedBy(prepared: Prepared, operation: OperationDefinitionNode): Selected {
    const known = prepared.selected.get(operation);
    if (known) return known;
    const selected = selectedBy(this.schema, prepared.document, operation);
    prepared.selected.set(operation, selected);
    return selected;
  }
}

function transportFits(type: OperationTypeNode, transport: Transport): void {
  if (transport === 'socket' && type !== OperationTypeNode.SUBSCRIPTION) throw apiErrors.socketForSubscriptions();
  if (transport !== 'socket' && type === OperationTypeNode.SUBSCRIPTION) throw apiErrors.subscriptionNeedsSocket();
  if (transport === 'get' && type === OperationTypeNode.MUTATION) throw apiErrors.mutationNeedsPost();
}

function invalid(errors: readonly GraphQLError[]) {
  return apiErrors.queryInvalid(
    { errors: errors.map(({ message, locations }) => ({ message, ...(locations && { locations }) })) },
    errors[0],
  );
}
