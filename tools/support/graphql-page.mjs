// The page of the GraphQL API: what may be asked, by whom. Read out of the schema files, whose @access is what the API enforces.
import { readFileSync } from 'node:fs';
import { Kind, parse, print } from 'graphql';
import { at, filesBelow } from './workspace.mjs';

const ROOTS = [
  ['Query', 'Queries', 'Read.'],
  ['Mutation', 'Mutations', 'Change something; each is recorded in the audit log.'],
  ['Subscription', 'Subscriptions', 'Over WebSocket (`graphql-transport-ws`), at the same address.'],
];

/** @returns {{title: string, intro: string, rows: string[][]}[]} field with arguments, roles, scope of API keys, meaning */
export function graphqlRoots() {
  const definitions = filesBelow('apps/api-gateway/schema').flatMap((file) => parse(readFileSync(at(file), 'utf8')).definitions);
  return ROOTS.map(([type, title, intro]) => {
    const fields = definitions
      .filter(({ kind, name }) => [Kind.OBJECT_TYPE_DEFINITION, Kind.OBJECT_TYPE_EXTENSION].includes(kind) && name.value === type)
      .flatMap((definition) => definition.fields);
    const rows = fields.map((field) => [signature(field), who(field), scopeOf(field), field.description?.value ?? '']);
    return { title, intro, rows: rows.sort(([a], [b]) => (a < b ? -1 : 1)) };
  });
}

function signature({ name, arguments: args, type }) {
  const list = args.map((arg) => `${arg.name.value}: ${print(arg.type)}${arg.defaultValue ? ` = ${print(arg.defaultValue)}` : ''}`);
  return `${name.value}${list.length > 0 ? `(${list.join(', ')})` : ''}: ${print(type)}`;
}

const directive = (field, name) => field.directives.find((one) => one.name.value === name);
const argument = (field, name) => directive(field, 'access')?.arguments.find((one) => one.name.value === name)?.value;

function who(field) {
  if (directive(field, 'public')) return 'whoever asks';
  if (argument(field, 'everybody')?.value) return 'whoever has a token, a key or a link';
  if (argument(field, 'persons')?.value) return 'whoever has logged in';
  return (argument(field, 'roles')?.values ?? []).map(({ value }) => value.toLowerCase().replaceAll('_', '-')).join(', ') || 'nobody';
}

function scopeOf(field) {
  if (directive(field, 'public') || argument(field, 'everybody')?.value) return 'any';
  return argument(field, 'scope')?.value ?? '–';
}
