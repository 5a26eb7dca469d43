import { describe, expect, it } from '@jest/globals';
import { sessionStarted, tenantChanged } from '@ampline/contracts';
import { AppError } from '@ampline/kernel-errors';
import { defineConfig } from '@ampline/platform-config';
import { createTelemetry } from '@ampline/platform-telemetry';
import { z } from 'zod';
import {
  defineService,
  derivedPassword,
  mergeMetrics,
  natsAuthorization,
  natsUsers,
  operationOf,
  OpsServer,
  readConfig,
  Readiness,
  selectTargets,
  sentence,
  type AnyServiceDefinition,
  type ServiceOperations,
} from './index.js';

const SECRET = 'a-secret-of-at-least-32-characters';

function service(name: string, more: Partial<AnyServiceDefinition> = {}): AnyServiceDefinition {
  return {
    ...defineService({
      name,
      context: name,
      description: 'For this test.',
      config: defineConfig(name.toUpperCase(), z.object({ port: z.coerce.number().default(1) })),
      grpc: [],
      facts: { publishes: [], consumes: [] },
      nats: { publish: [], subscribe: [] },
      edges: { grpc: [] },
      errors: [],
      module: () => ({ module: class TestModule {} }),
    }),
    ...more,
  };
}

const refusal = (act: () => unknown): AppError => {
  try {
    act();
  } catch (error) {
    if (AppError.is(error)) return error;
  }
  throw new Error('expected an AppError');
};

describe('targets', () => {
  const all = [service('accounts'), service('csms')];
  it('are all services unless named', () => expect(selectTargets(all)).toEqual(all));
  it('can be several', () => expect(selectTargets(all, 'csms,accounts').map((d) => d.name)).toEqual(['accounts', 'csms']));
  it('are refused when unknown, with what there is', () => {
    expect(refusal(() => selectTargets(all, 'billing'))).toMatchObject({
      code: 'runner.unknown-target',
      details: { unknown: ['billing'], known: ['accounts', 'csms'] },
    });
  });
});

describe('configuration', () => {
  it('reports the problems of the installation and of every service at once', () => {
    const error = refusal(() => readConfig([service('csms')], { CSMS_PORT: 'x', CSMS_GRPC_PORT: '70000' }));
    expect(error.details?.['problems']).toEqual([
      expect.stringMatching(/^AMPLINE_SECRET: is not set/),
      expect.stringMatching(/^AMPLINE_DATABASE_URL: is not set/),
      expect.stringMatching(/^CSMS_PORT/),
      expect.stringMatching(/^CSMS_GRPC_PORT/),
    ]);
    expect(sentence(error)).toMatch(/AMPLINE_SECRET.*docs\/configuration\.md/);
  });

  it('derives the same password in every process, another for each purpose', () => {
    expect(derivedPassword(SECRET, 'nats:csms')).toBe(derivedPassword(SECRET, 'nats:csms'));
    expect(derivedPassword(SECRET, 'nats:csms')).not.toBe(derivedPassword(SECRET, 'nats:accounts'));
    expect(derivedPassword(SECRET, 'nats:csms')).toMatch(/^[\w-]{32}$/);
  });
});

describe('bus users', () => {
  const csms = service('csms', {
    facts: { publishes: [sessionStarted], consumes: [tenantChanged] },
    nats: { publish: ['ocpp.command.>'], subscribe: ['ocpp.admit'], answers: true },
  });

  it('may do what the definition says and nothing else', () => {
    const [user] = natsUsers([csms]);
    expect(user?.publish).toEqual(expect.arrayContaining(['ocpp.command.>', 'fact.csms.>', '$JS.ACK.FACTS_ACCOUNTS.csms.>']));
    expect(user?.publish).not.toContain('>');
    expect(user?.publish.some((subject) => subject.startsWith('fact.accounts'))).toBe(false);
    expect(user?.subscribe).toEqual(expect.arrayContaining(['ocpp.admit', 'outbox.wake.csms']));
    expect(user?.subscribe).not.toContain('_INBOX.>');
  });

  it('become a server configuration with a password each', () => {
    const text = natsAuthorization([csms, service('gateway')], SECRET);
    expect(text).toContain(`user: "csms", password: "${derivedPassword(SECRET, 'nats:csms')}"`);
    expect(text).toContain('user: "gateway"');
    expect(text.split('\n').filter((line) => line.includes('allow_responses'))).toEqual([expect.stringContaining('user: "csms"')]);
  });
});

describe('metrics of several services', () => {
  it('stand in one exposition, each family once, told apart by service', () => {
    const merged = mergeMetrics(
      new Map([
        ['a', '# HELP calls_total Calls.\n# TYPE calls_total counter\ncalls_total{result="ok"} 3\n# TYPE up gauge\nup 1\n'],
        ['b', '# HELP calls_total Calls.\n# TYPE calls_total counter\ncalls_total{result="ok"} 4\n'],
      ]),
    );
    expect(merged).toBe(
      '# HELP calls_total Calls.\n# TYPE calls_total counter\ncalls_total{service="a",result="ok"} 3\ncalls_total{service="b",result="ok"} 4\n# TYPE up gauge\nup{service="a"} 1\n',
    );
  });
});

describe('the operations port', () => {
  it('tells of each part, and is ready only when all parts are', async () => {
    const readiness = new Readiness();
    readiness.add('database', () => Promise.resolve());
    const state = { bus: false };
    readiness.add('bus', () => {
      if (!state.bus) throw new AppError({ kind: 'unavailable', code: 'bus.gone', message: 'gone' });
    });
    const ops = new OpsServer(() => [{ name: 'csms', telemetry: createTelemetry({ service: 'csms' }), readiness }]);
    const port = await ops.listen('127.0.0.1', 0);
    const get = async (path: string) => {
      const response = await fetch(`http://127.0.0.1:${port}${path}`);
      return { status: response.status, text: await response.text() };
    };
    expect(await get('/readyz')).toEqual({
      status: 503,
      text: JSON.stringify({ ready: false, services: { csms: { ready: false, parts: { database: 'ok', bus: 'bus.gone' } } } }),
    });
    state.bus = true;
    expect((await get('/readyz')).status).toBe(200);
    expect((await get('/livez')).status).toBe(200);
    expect((await get('/metrics')).status).toBe(200);
    expect((await get('/metrics/billing')).status).toBe(404);
    expect((await get('/etc/passwd')).status).toBe(404);
    await expect(new OpsServer(() => []).listen('127.0.0.1', port)).rejects.toMatchObject({ code: 'runner.port-busy' });
    await ops.close();
  });

  it('takes a part that does not answer for one that does not work', async () => {
    const readiness = new Readiness();
    readiness.add('frozen', () => new Promise<void>(() => undefined));
    expect(await readiness.report(20)).toEqual({ ready: false, parts: { frozen: 'no answer' } });
  });
});

describe('operations', () => {
  const now = new Date('2026-01-02T00:00:00Z');
  const problem = (values: Parameters<typeof operationOf>[0]) => refusal(() => operationOf(values, now)).details?.['problem'];

  it('are named by one option each', () => {
    expect(operationOf({}, now)).toBeUndefined();
    expect(problem({ parked: true, rebuild: true })).toBe('one at a time, not parked and rebuild');
    expect(problem({ 'replay-facts': true })).toMatch(/^--from needs a time/);
    expect(problem({ 'skip-parked': true })).toBe('--skip-parked needs --fact=ID');
    expect(problem({ 'replay-parked': true, fact: 'x' })).toBe('--fact needs the id of a fact');
  });

  it('tell what they did, and nothing of a service that does not have them', async () => {
    const asked: unknown[] = [];
    const operations: ServiceOperations = {
      replayFacts: (from, to) => Promise.resolve(asked.push(from, to)),
      rebuild: () => Promise.resolve({ seen: 7, changed: 0 }),
    };
    expect(await operationOf({ 'replay-facts': true, from: '2026-01-01T00:00:00Z' }, now)?.(operations)).toEqual([
      '2 facts published again',
    ]);
    expect(asked).toEqual([new Date('2026-01-01T00:00:00Z'), now]);
    expect(await operationOf({ rebuild: true }, now)?.(operations)).toEqual(['7 seen, 0 changed']);
    expect(operationOf({ parked: true }, now)?.(operations)).toBeUndefined();
  });
});
