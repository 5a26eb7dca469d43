import type { ClientBase } from 'pg';

/** The part of Prisma's datamodel (DMMF) that is compared. */
export interface Datamodel {
  models: { name: string; dbName?: string | null; fields: Field[] }[];
  enums: { name: string; dbName?: string | null; values: { name: string; dbName?: string | null }[] }[];
}

interface Field {
  name: string;
  dbName?: string | null;
  kind: string;
  type: string;
  isList: boolean;
  isRequired: boolean;
  nativeType?: [string, string[]] | null;
}

export interface DriftOptions {
  /** Tables that have no model: those that are written in plain SQL, and those of the platform. Partitions are never compared. */
  ignoreTables?: string[];
}

interface ColumnRow {
  table_name: string;
  column_name: string;
  udt_name: string;
  is_nullable: 'YES' | 'NO';
  precision: number | null;
  scale: number | null;
  fraction: number | null;
  length: number | null;
}

const SCALARS: Record<string, string> = {
  String: 'text',
  Int: 'int4',
  BigInt: 'int8',
  Boolean: 'bool',
  DateTime: 'timestamp(3)',
  Json: 'jsonb',
  Float: 'float8',
  Decimal: 'numeric(65,30)',
  Bytes: 'bytea',
};

const NATIVES: Record<string, (args: string[]) => string> = {
  Uuid: () => 'uuid',
  Text: () => 'text',
  Citext: () => 'citext',
  Inet: () => 'inet',
  Date: () => 'date',
  SmallInt: () => 'int2',
  JsonB: () => 'jsonb',
  Timestamptz: ([fraction]) => `timestamptz(${fraction ?? 6})`,
  Timestamp: ([fraction]) => `timestamp(${fraction ?? 6})`,
  Decimal: (args) => (args.length > 0 ? `numeric(${args.join(',')})` : 'numeric'),
  VarChar: ([length]) => `varchar(${length})`,
  Char: ([length]) => `bpchar(${length})`,
};

const COLUMNS = `
SELECT c.table_name, c.column_name, c.udt_name, c.is_nullable, c.numeric_precision AS precision, c.numeric_scale AS scale,
       c.datetime_precision AS fraction, c.character_maximum_length AS length
  FROM information_schema.columns c
  JOIN pg_class t ON t.relname = c.table_name AND t.relnamespace = c.table_schema::regnamespace
 WHERE c.table_schema = $1 AND NOT t.relispartition AND c.table_name <> 'pgmigrations' AND NOT c.table_name = ANY ($2)`;

const ENUM_LABELS = `
SELECT e.enumlabel AS label FROM pg_enum e JOIN pg_type t ON t.oid = e.enumtypid
 WHERE t.typnamespace = $1::regnamespace AND t.typname = $2 ORDER BY e.enumsortorder`;

/**
 * Where schema.prisma and the migrated database differ, column by column, both ways. An empty list means that the client's
 * types tell the truth.
 */
export async function schemaDrift(client: ClientBase, schema: string, model: Datamodel, options: DriftOptions = {}): Promise<string[]> {
  const wanted = modelColumns(model);
  const { rows } = await client.query<ColumnRow>(COLUMNS, [schema, options.ignoreTables ?? []]);
  const actual = new Map(rows.map((row) => [`${row.table_name}.${row.column_name}`, columnType(row)]));
  const drift: string[] = [];
  for (const [column, type] of wanted) {
    if (actual.get(column) !== type) drift.push(`${column}: schema.prisma ${type}, database ${actual.get(column) ?? 'missing'}`);
  }
  for (const column of actual.keys()) if (!wanted.has(column)) drift.push(`${column}: only in the database`);
  for (const item of model.enums) {
    const name = item.dbName ?? item.name;
    const labels = await client.query<{ label: string }>(ENUM_LABELS, [schema, name]);
    const there = labels.rows.map((row) => row.label).join(', ');
    const here = item.values.map((value) => value.dbName ?? value.name).join(', ');
    if (there !== here) drift.push(`enum ${name}: schema.prisma ${here}, database ${there}`);
  }
  return drift.sort();
}

function modelColumns(model: Datamodel): Map<string, string> {
  const enums = new Map(model.enums.map((item) => [item.name, item.dbName ?? item.name]));
  const columns = new Map<string, string>();
  for (const table of model.models) {
    for (const field of table.fields.filter((candidate) => candidate.kind !== 'object')) {
      const suffix = field.isList ? '[]' : field.isRequired ? ' not null' : '';
      columns.set(`${table.dbName ?? table.name}.${field.dbName ?? field.name}`, fieldType(field, enums) + suffix);
    }
  }
  return columns;
}

function fieldType(field: Field, enums: Map<string, string>): string {
  if (field.kind === 'enum') return enums.get(field.type) ?? `unknown enum ${field.type}`;
  if (!field.nativeType) return SCALARS[field.type] ?? `unknown type ${field.type}`;
  const [name, args] = field.nativeType;
  return NATIVES[name]?.(args) ?? `unknown native type ${name}`;
}

function columnType(row: ColumnRow): string {
  const list = row.udt_name.startsWith('_');
  const base = list ? row.udt_name.slice(1) : row.udt_name;
  const suffix = list ? '[]' : row.is_nullable === 'NO' ? ' not null' : '';
  return withArguments(base, row) + suffix;
}

function withArguments(type: string, row: ColumnRow): string {
  if (type === 'numeric' && row.precision !== null) return `numeric(${row.precision},${row.scale})`;
  if (type.startsWith('timestamp')) return `${type}(${row.fraction ?? 6})`;
  return row.length === null ? type : `${type}(${row.length})`;
}
