import {
  getDirectiveValues,
  getNamedType,
  getNullableType,
  isCompositeType,
  isListType,
  Kind,
  type ArgumentNode,
  type DocumentNode,
  type FieldNode,
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';
import { conditionOf, fieldOf, fragmentsOf, INTROSPECTION } from './selections.js';

/** The schema as a whole, told only to those who may see it. */
const INTROSPECTION_COST = 100;

type Variables = Readonly<Record<string, unknown>>;

/**
 * What an operation of a validated document costs at most: each object 1 or as `@cost` says, plain values nothing, a page its size
 * (`first`, or its default) times what is asked of each of its nodes.
 */
export function costOf(schema: GraphQLSchema, document: DocumentNode, operation: OperationDefinitionNode, given: Variables): number {
  const fragments = fragmentsOf(document);
  const variables = withDefaults(operation, given);
  const known = new Map<string, number>();

  function ofSet(set: SelectionSetNode, parent: GraphQLCompositeType, page: number | undefined): number {
    return set.selections.reduce((sum, node) => {
      if (node.kind === Kind.INLINE_FRAGMENT) return sum + ofSet(node.selectionSet, conditionOf(schema, node, parent), page);
      if (node.kind === Kind.FRAGMENT_SPREAD) return sum + ofFragment(node.name.value, parent, page);
      return sum + ofField(node, parent, page);
    }, 0);
  }
  function ofFragment(name: string, parent: GraphQLCompositeType, page: number | undefined): number {
    const key = `${name} ${page ?? ''}`;
    const fragment = fragments.get(name);
    const cost = known.get(key) ?? (fragment ? ofSet(fragment.selectionSet, conditionOf(schema, fragment, parent), page) : 0);
    known.set(key, cost);
    return cost;
  }
  function ofField(node: FieldNode, parent: GraphQLCompositeType, page: number | undefined): number {
    if (INTROSPECTION.has(node.name.value)) return INTROSPECTION_COST;
    const field = fieldOf(parent, node);
    if (!field) return 0;
    const type = getNamedType(field.type);
    const composite = isCompositeType(type);
    const below = composite && node.selectionSet ? ofSet(node.selectionSet, type, pageSize(field, node, variables)) : 0;
    const cost = weightOf(schema, field, composite) + below;
    return page !== undefined && isListType(getNullableType(field.type)) ? page * cost : cost;
  }

  const root = schema.getRootType(operation.operation);
  return root ? ofSet(operation.selectionSet, root, undefined) : 0;
}

function weightOf(schema: GraphQLSchema, field: GraphQLField<unknown, unknown>, composite: boolean): number {
  const directive = schema.getDirective('cost');
  const said = directive && field.astNode && getDirectiveValues(directive, field.astNode);
  return typeof said?.['weight'] === 'number' ? said['weight'] : Number(composite);
}

/** Undefined for a field without pages. */
function pageSize(field: GraphQLField<unknown, unknown>, node: FieldNode, variables: Variables): number | undefined {
  const first = field.args.find((argument) => argument.name === 'first');
  if (!first) return undefined;
  const asked =
    valueOf(
      node.arguments?.find((argument) => argument.name.value === 'first'),
      variables,
    ) ?? first.defaultValue;
  return typeof asked === 'number' ? Math.max(0, asked) : 0;
}

function valueOf(argument: ArgumentNode | undefined, variables: Variables): unknown {
  if (argument?.value.kind === Kind.INT) return Number(argument.value.value);
  return argument?.value.kind === Kind.VARIABLE ? variables[argument.value.name.value] : undefined;
}

function withDefaults(operation: OperationDefinitionNode, given: Variables): Variables {
  const defaults = (operation.variableDefinitions ?? []).flatMap(({ variable, defaultValue }) =>
    defaultValue?.kind === Kind.INT ? [[variable.name.value, Number(defaultValue.value)] as const] : [],
  );
  return { ...Object.fromEntries(defaults), ...Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) };
}
