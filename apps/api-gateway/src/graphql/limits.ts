import {
  BREAK,
  GraphQLError,
  Kind,
  Lexer,
  parse,
  Source,
  TokenKind,
  visit,
  type DocumentNode,
  type FragmentDefinitionNode,
  type SelectionSetNode,
} from 'graphql';
import { apiErrors } from '../errors.js';
import { fragmentsOf, INTROSPECTION } from './selections.js';

/** What one document may be. Held to before it is validated, since validating takes time that grows faster than the document. */
export const LIMITS = {
  bytes: 20 * 1_024,
  tokens: 2_000,
  depth: 10,
  selections: 400,
  aliases: 30,
  directives: 50,
  rootFields: 10,
} as const;

/** Parses a query within the limits. Throws `api.query-too-long`, `api.too-many-tokens`, `api.too-deep` and the like, `api.query-unreadable`. */
export function parseWithinLimits(query: string): DocumentNode {
  const bytes = Buffer.byteLength(query);
  if (bytes > LIMITS.bytes) throw apiErrors.queryTooLong({ limit: LIMITS.bytes, found: bytes });
  const document = readable(() => {
    countTokens(query);
    return parse(query);
  });
  countNodes(document);
  const fragments = fragmentsOf(document);
  for (const definition of document.definitions) {
    if (definition.kind !== Kind.OPERATION_DEFINITION) continue;
    const depth = depthOf(definition.selectionSet, fragments);
    if (depth > LIMITS.depth) throw apiErrors.tooDeep({ limit: LIMITS.depth, found: depth });
    const roots = rootFieldsOf(definition.selectionSet, fragments);
    if (roots > LIMITS.rootFields) throw apiErrors.tooManyRootFields({ limit: LIMITS.rootFields, found: roots });
  }
  return document;
}

function readable<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error;
    throw apiErrors.queryUnreadable({ reason: error.message, locations: error.locations }, error);
  }
}

function countTokens(query: string): void {
  const lexer = new Lexer(new Source(query));
  for (let found = 1; lexer.advance().kind !== TokenKind.EOF; found++) {
    if (found > LIMITS.tokens) throw apiErrors.tooManyTokens({ limit: LIMITS.tokens });
  }
}

function countNodes(document: DocumentNode): void {
  const found = { selections: 0, aliases: 0, directives: 0 };
  const select = () => ((found.selections += 1) > LIMITS.selections ? BREAK : undefined);
  visit(document, {
    Field: (node) => (node.alias && (found.aliases += 1) > LIMITS.aliases ? BREAK : select()),
    FragmentSpread: select,
    InlineFragment: select,
    Directive: () => ((found.directives += 1) > LIMITS.directives ? BREAK : undefined),
  });
  // Whether fields of one name can be merged is asked of every two of them.
  if (found.selections > LIMITS.selections) throw apiErrors.tooManySelections({ limit: LIMITS.selections });
  if (found.aliases > LIMITS.aliases) throw apiErrors.tooManyAliases({ limit: LIMITS.aliases });
  if (found.directives > LIMITS.directives) throw apiErrors.tooManyDirectives({ limit: LIMITS.directives });
}

type Fragments = ReadonlyMap<string, FragmentDefinitionNode>;

/**
 * What `measure` makes of each selection, fragments followed and measured once. A fragment within itself counts as nothing: validation
 * refuses it afterwards.
 */
function measured(
  set: SelectionSetNode,
  fragments: Fragments,
  measure: (set: SelectionSetNode, spread: (name: string) => number) => number,
) {
  const known = new Map<string, number>();
  const spread = (name: string): number => {
    const found = known.get(name);
    if (found !== undefined) return found;
    known.set(name, 0);
    const fragment = fragments.get(name);
    const result = fragment ? measure(fragment.selectionSet, spread) : 0;
    known.set(name, result);
    return result;
  };
  return measure(set, spread);
}

/** Fields within fields; what is asked of the schema itself has a limit of its own in graphql-js. */
function depthOf(operation: SelectionSetNode, fragments: Fragments): number {
  const depth = (set: SelectionSetNode, spread: (name: string) => number): number =>
    set.selections.reduce((deepest, node) => {
      if (node.kind === Kind.FRAGMENT_SPREAD) return Math.max(deepest, spread(node.name.value));
      if (node.kind === Kind.INLINE_FRAGMENT) return Math.max(deepest, depth(node.selectionSet, spread));
      if (INTROSPECTION.has(node.name.value)) return Math.max(deepest, 1);
      return Math.max(deepest, 1 + (node.selectionSet ? depth(node.selectionSet, spread) : 0));
    }, 0);
  return measured(operation, fragments, depth);
}

function rootFieldsOf(operation: SelectionSetNode, fragments: Fragments): number {
  const roots = (set: SelectionSetNode, spread: (name: string) => number): number =>
    set.selections.reduce((sum, node) => {
      if (node.kind === Kind.FRAGMENT_SPREAD) return sum + spread(node.name.value);
      return sum + (node.kind === Kind.INLINE_FRAGMENT ? roots(node.selectionSet, spread) : 1);
    }, 0);
  return measured(operation, fragments, roots);
}
