import { readdirSync, readFileSync } from 'node:fs';
import {
  buildASTSchema,
  getDirectiveValues,
  getNamedType,
  isCompositeType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isRequiredArgument,
  isRequiredInputField,
  parse,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLSchema,
} from 'graphql';

/** A field of Query, Mutation or Subscription, with what the schema says about it. */
export interface RootField {
  name: string;
  kind: 'query' | 'mutation' | 'subscription';
  field: GraphQLField<unknown, unknown>;
  public: boolean;
  everybody: boolean;
  persons: boolean;
  /** As callers have them: `fleet-manager`. */
  roles: string[];
  scope: string | undefined;
}

/** The schema of the API, as it is published. */
export function publishedSchema(): GraphQLSchema {
  const folder = new URL('../../../api-gateway/schema/', import.meta.url);
  const files = readdirSync(folder).filter((file) => file.endsWith('.graphql'));
  return buildASTSchema(parse(files.map((file) => readFileSync(new URL(file, folder), 'utf8')).join('\n')));
}

/** All of them, with their own rules. Throws for one without. */
export function rootFields(schema: GraphQLSchema): RootField[] {
  const roots = [
    ['query', schema.getQueryType()],
    ['mutation', schema.getMutationType()],
    ['subscription', schema.getSubscriptionType()],
  ] as const;
  return roots.flatMap(([kind, root]) =>
    Object.values(root?.getFields() ?? {}).map((field): RootField => {
      const said = (name: string) => {
        const directive = schema.getDirective(name);
        return directive && field.astNode ? getDirectiveValues(directive, field.astNode) : undefined;
      };
      const access = said('access');
      const open = said('public') !== undefined;
      if (!access && !open) throw new Error(`${field.name} has no rule`);
      const roles = ((access?.['roles'] ?? []) as string[]).map((role) => role.toLowerCase().replaceAll('_', '-'));
      const scope = access?.['scope'] as string | undefined;
      const [everybody, persons] = [access?.['everybody'] === true, access?.['persons'] === true];
      return { name: field.name, kind, field, public: open, everybody, persons, roles, scope };
    }),
  );
}

/** An operation that asks for the field, with values that are valid and name nothing; `id` stands for every id and id token. */
export function operationOf({ kind, field }: RootField, o: { id: string; selection?: string }): string {
  const given = field.args.filter((argument) => isRequiredArgument(argument) || /id/i.test(argument.name));
  const text = given.map(({ name, type }) => `${name}: ${valueOf(type, name, o.id)}`).join(', ');
  const selection = isCompositeType(getNamedType(field.type)) ? ` ${o.selection ?? '{ __typename }'}` : '';
  return `${kind} { ${field.name}${text === '' ? '' : `(${text})`}${selection} }`;
}

/** Values that have a form of their own. */
const FORMS: Readonly<Record<string, string>> = {
  identity: '"MATRIX-1"',
  timeZone: '"Europe/Berlin"',
  countryCode: '"DEU"',
  latitude: '"52.5"',
  longitude: '"13.4"',
  password: '"a-password-that-is-long"',
  email: '"matrix@mine.example"',
  slug: '"matrix"',
  primaryColor: '"#003366"',
  accentColor: '"#cc5500"',
  locale: '"en"',
  scopes: '["stations:read"]',
  action: '"ClearCache"',
};

function valueOf(type: GraphQLInputType, name: string, id: string): string {
  if (isNonNullType(type)) return valueOf(type.ofType, name, id);
  const form = FORMS[name];
  if (form) return form;
  if (isListType(type)) return `[${valueOf(type.ofType, name, id)}]`;
  if (isEnumType(type)) return type.getValues()[0]?.name ?? '';
  if (isInputObjectType(type)) {
    const fields = Object.values(type.getFields()).filter((field) => isRequiredInputField(field) || /Id$/.test(field.name));
    return `{ ${fields.map((field) => `${field.name}: ${valueOf(field.type, field.name, id)}`).join(', ')} }`;
  }
  if (type.name === 'ID' || name === 'idToken') return JSON.stringify(id);
  const values: Readonly<Record<string, string>> = { Int: '1', Long: '1', Boolean: 'true', JSON: '{}', DateTime: '"2030-01-01T00:00:00Z"' };
  return values[type.name] ?? '"Matrix"';
}
