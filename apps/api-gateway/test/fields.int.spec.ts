import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { isObjectType, type ExecutionResult, type GraphQLObjectType } from 'graphql';
import { Api } from './support/api.js';
import { wholeField } from './support/selection.js';
import { worldOf } from './support/world.js';

/** Told by the core of the gateway and not by a service behind it. */
const OF_THE_CORE = ['viewer', 'platformStatus'];
const TYPES_OF_THE_CORE = ['PlatformStatus', 'Resync', 'ServiceStatus', 'Viewer', 'ViewerTenant'];
const ROOTS = ['Query', 'Mutation', 'Subscription'];

describe('every field', () => {
  let api: Api;
  const results = new Map<string, ExecutionResult>();

  beforeAll(async () => {
    api = await Api.start();
    api.standIns.answers = worldOf(1);
    for (const [kind, root] of [
      ['query', api.schema.getQueryType()],
      ['mutation', api.schema.getMutationType()],
    ] as const) {
      for (const field of Object.values(root?.getFields() ?? {})) {
        if (OF_THE_CORE.includes(field.name)) continue;
        results.set(field.name, await api.run(`${kind} { ${wholeField(field, 3)} }`));
      }
    }
  });
  afterAll(() => api.stop());

  it('of a query or mutation is answered without an error', () => {
    const failed = [...results].flatMap(([name, { errors = [] }]) => errors.map((error) => `${name}: ${error.message}`));
    expect(failed).toEqual([]);
  });

  it('of what is answered has a value: none is only the name of nothing', () => {
    const seen = new Map<string, Set<string>>();
    const walk = (value: unknown): void => {
      if (Array.isArray(value)) return value.forEach(walk);
      if (typeof value !== 'object' || value === null || !('__typename' in value)) return;
      const names = seen.get(String(value.__typename)) ?? new Set();
      seen.set(String(value.__typename), names);
      for (const [name, inner] of Object.entries(value)) {
        if (inner !== null) names.add(name);
        walk(inner);
      }
    };
    for (const { data } of results.values()) Object.values(data ?? {}).forEach(walk);
    const empty = [...seen].flatMap(([name, names]) => {
      const type = api.schema.getType(name) as GraphQLObjectType;
      return Object.keys(type.getFields())
        .filter((field) => !names.has(field))
        .map((field) => `${name}.${field}`);
    });
    expect(empty).toEqual([]);
    const unasked = Object.values(api.schema.getTypeMap())
      .filter((type) => isObjectType(type) && !type.name.startsWith('__') && !seen.has(type.name))
      .map((type) => type.name);
    expect(unasked.sort()).toEqual([...ROOTS, ...TYPES_OF_THE_CORE].sort());
  });
});
