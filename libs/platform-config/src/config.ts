import { z } from 'zod';

/** A configuration problem: which variable, what is wrong, never the value itself. */
export interface ConfigProblem {
  variable: string;
  problem: string;
}

/** One row of docs/configuration.md. */
export interface ConfigRow {
  variable: string;
  type: string;
  /** Empty when there is none. */
  default: string;
  description: string;
  secret: boolean;
  required: boolean;
}

/** One service's configuration: a flat set of simple values, read from variables of one prefix. */
export interface ConfigDefinition<S extends z.ZodObject = z.ZodObject> {
  readonly prefix: string;
  readonly schema: S;
  /** Reads all variables at once; every problem is reported, not only the first. */
  parse(env: Readonly<Record<string, string | undefined>>): { ok: true; value: z.output<S> } | { ok: false; problems: ConfigProblem[] };
  describe(): ConfigRow[];
  /** The values as `VARIABLE=value` lines, secrets hidden. */
  redacted(value: z.output<S>): string[];
}

/** Marks a value as secret: hidden when printed, from a Secret on Kubernetes. */
export function secret<T extends z.ZodType>(schema: T): T {
  return schema.meta({ ...schema.meta(), secret: true }) as T;
}

/** A whole number from a variable. */
export const wholeNumber = (min: number, max: number) => z.coerce.number().int().min(min).max(max);
/** Yes or no from a variable: `true`, `false`, `1`, `0`. */
export const flag = () => z.stringbool({ truthy: ['true', '1', 'yes'], falsy: ['false', '0', 'no'] }).meta({ shownAs: 'true | false' });
/** A list from a variable, separated by commas. */
export const list = () =>
  z.string().transform((text) =>
    text
      .split(',')
      .map((item) => item.trim())
      .filter((item) => item !== ''),
  );

function variableOf(prefix: string, key: string): string {
  return `${prefix}_${key.replace(/([a-z0-9])([A-Z])/g, '$1_$2').toUpperCase()}`;
}

/** Peels defaults and optionals off a schema. What was said about the inside, `secret` above all, does not pass to the outside. */
function inside(schema: z.ZodType): z.ZodType {
  return schema instanceof z.ZodDefault || schema instanceof z.ZodOptional ? inside(schema.unwrap() as z.ZodType) : schema;
}

function isSecret(schema: z.ZodType): boolean {
  return schema.meta()?.['secret'] === true || inside(schema).meta()?.['secret'] === true;
}

/** What an operator writes into the variable. */
function typeOf(schema: z.ZodType): string {
  const inner = inside(schema);
  const shownAs = inner.meta()?.['shownAs'];
  if (typeof shownAs === 'string') return shownAs;
  const json = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as Record<string, unknown>;
  if (Array.isArray(json['enum'])) return json['enum'].join(' | ');
  const range = [json['minimum'], json['maximum']].filter((n) => n !== undefined).join('–');
  const name = inner instanceof z.ZodNumber ? 'number' : String(json['type'] ?? 'text').replace('string', 'text');
  return range ? `${name} ${range}` : name;
}

function defaultOf(schema: z.ZodType): unknown {
  return schema instanceof z.ZodDefault ? schema.def.defaultValue : undefined;
}

/** Declares the configuration of a service. Keys are camelCase; the variable of `httpPort` under `BILLING` is `BILLING_HTTP_PORT`. */
export function defineConfig<S extends z.ZodObject>(prefix: string, schema: S): ConfigDefinition<S> {
  const fields = Object.entries(schema.shape) as [string, z.ZodType][];
  return {
    prefix,
    schema,
    parse(env) {
      const input = Object.fromEntries(
        fields.map(([key]) => [key, env[variableOf(prefix, key)]]).filter(([, value]) => value !== undefined && value !== ''),
      ) as Record<string, string>;
      const result = schema.safeParse(input);
      if (result.success) return { ok: true, value: result.data };
      const problems = result.error.issues.map((issue) => {
        const key = String(issue.path[0] ?? '');
        const missing = !(key in input);
        return { variable: variableOf(prefix, key), problem: missing ? 'is not set, and has no default' : issue.message };
      });
      return { ok: false, problems };
    },
    describe: () =>
      fields.map(([key, field]) => {
        const value = defaultOf(field);
        const text = Array.isArray(value) ? value.join(',') : value === undefined ? '' : String(value);
        return {
          variable: variableOf(prefix, key),
          type: typeOf(field),
          default: isSecret(field) ? '' : text,
          description: field.description ?? '',
          secret: isSecret(field),
          required: value === undefined && !field.safeParse(undefined).success,
        };
      }),
    redacted: (value) =>
      fields.map(([key, field]) => {
        const own = (value as Record<string, unknown>)[key];
        const shown = isSecret(field) && own !== undefined ? '[secret]' : Array.isArray(own) ? own.join(',') : String(own ?? '');
        return `${variableOf(prefix, key)}=${shown}`;
      }),
  };
}
