import {
  getNamedType,
  isCompositeType,
  Kind,
  typeFromAST,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';

/** Root fields by which the schema is asked for. */
export const INTROSPECTION: ReadonlySet<string> = new Set(['__schema', '__type']);

/** Fragments of a document by name. */
export function fragmentsOf(document: DocumentNode): ReadonlyMap<string, FragmentDefinitionNode> {
  const fragments = document.definitions.filter((definition) => definition.kind === Kind.FRAGMENT_DEFINITION);
  return new Map(fragments.map((fragment) => [fragment.name.value, fragment]));
}

/** A field's definition; undefined for introspection, whose fields no type of ours has. */
export function fieldOf(parent: GraphQLCompositeType, node: FieldNode): GraphQLField<unknown, unknown> | undefined {
  return 'getFields' in parent ? parent.getFields()[node.name.value] : undefined;
}

/** The type that a fragment's selections are of. */
export function conditionOf(
  schema: GraphQLSchema,
  { typeCondition }: Pick<FragmentDefinitionNode, 'typeCondition'> | { typeCondition?: undefined },
  parent: GraphQLCompositeType,
): GraphQLCompositeType {
  const type = typeCondition && typeFromAST(schema, typeCondition);
  return type && isCompositeType(type) ? type : parent;
}

/** What an operation of a validated document selects. */
export interface Selected {
  /** Coordinates of all fields, each once, in the order in which they stand. Without `__typename` and introspection. */
  readonly coordinates: readonly string[];
  readonly introspects: boolean;
}

/** Walks an operation with its fragments, whatever `@skip` and `@include` say. */
export function selectedBy(schema: GraphQLSchema, document: DocumentNode, operation: OperationDefinitionNode): Selected {
  const fragments = fragmentsOf(document);
  const seen = new Set<string>();
  const coordinates = new Set<string>();
  const found = { introspects: false };

  function walk(set: SelectionSetNode, parent: GraphQLCompositeType): void {
    for (const node of set.selections) {
      if (node.kind === Kind.INLINE_FRAGMENT) walk(node.selectionSet, conditionOf(schema, node, parent));
      else if (node.kind === Kind.FRAGMENT_SPREAD) spread(node.name.value, parent);
      else select(node, parent);
    }
  }
  function spread(name: string, parent: GraphQLCompositeType): void {
    const fragment = fragments.get(name);
    if (!fragment || seen.has(name)) return;
    seen.add(name);
    walk(fragment.selectionSet, conditionOf(schema, fragment, parent));
  }
  function select(node: FieldNode, parent: GraphQLCompositeType): void {
    const name = node.name.value;
    if (INTROSPECTION.has(name)) found.introspects = true;
    if (name.startsWith('__')) return;
    coordinates.add(`${parent.name}.${name}`);
    const field = fieldOf(parent, node);
    const type = field && getNamedType(field.type);
    if (node.selectionSet && isCompositeType(type)) walk(node.selectionSet, type);
  }

  const root = schema.getRootType(operation.operation);
  if (root) walk(operation.selectionSet, root);
  return { coordinates: [...coordinates], introspects: found.introspects };
}
