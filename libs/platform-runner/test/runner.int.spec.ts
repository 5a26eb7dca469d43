import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { LiveSubject, type ServiceBeat } from '@ampline/contracts';
import { AppError } from '@ampline/kernel-errors';
import { defineConfig } from '@ampline/platform-config';
import { TokenVerifier } from '@ampline/platform-grpc';
import { Bus } from '@ampline/platform-nats';
import { testTelemetry, type TestTelemetry } from '@ampline/platform-telemetry';
import { eventually, freePort, testNats, type EmbeddedNats } from '@ampline/platform-testing';
import { Controller, Get, Module, type DynamicModule } from '@nestjs/common';
import { z } from 'zod';
import {
  defineService,
  natsAuthorization,
  sentence,
  startServices,
  stopServices,
  type AnyServiceDefinition,
  type RunningService,
  type ServiceRuntime,
} from '../src/index.js';

const SECRET = 'a-secret-of-at-least-32-characters';
const ADMIN = { user: 'admin', password: 'admin-secret' };

@Controller()
class HelloController {
  @Get('hello')
  hello() {
    return 'hello';
  }
}

@Module({ controllers: [HelloController] })
class WebModule {}

/** A service with an HTTP port, and the runtime that it was given. */
function web(name: string, more: Partial<AnyServiceDefinition> = {}) {
  const given: { runtime?: ServiceRuntime } = {};
  const definition: AnyServiceDefinition = {
    ...defineService({
      name,
      context: name,
      description: 'For this test.',
      config: defineConfig(name.toUpperCase(), z.object({ port: z.coerce.number().default(0) })),
      grpc: [],
      facts: { publishes: [], consumes: [] },
      nats: { publish: [], subscribe: [] },
      edges: { grpc: [] },
      http: {
        port: (config) => config.port,
        configure: (app) => void app.use('/configured', (_: unknown, response: { end(text: string): void }) => response.end('configured')),
      },
      errors: [],
      module: (runtime): DynamicModule => {
        given.runtime = runtime as ServiceRuntime;
        return { module: WebModule };
      },
    }),
    ...more,
  };
  return { definition, given };
}

describe('a running service', () => {
  let nats: EmbeddedNats;
  let listener: Bus;
  const beats: ServiceBeat[] = [];
  const telemetries = new Map<string, TestTelemetry>();
  const running: RunningService[] = [];

  const start = async (definition: AnyServiceDefinition, env: Record<string, string> = {}) => {
    const own = { AMPLINE_SECRET: SECRET, AMPLINE_DATABASE_URL: 'postgresql://127.0.0.1:1/none', AMPLINE_NATS_URL: nats.url, ...env };
    const telemetry = (service: string) => {
      const made = testTelemetry(service);
      telemetries.set(service, made);
      return made;
    };
    const [service] = await startServices([definition], own, { telemetry });
    if (!service) throw new Error('not started');
    running.push(service);
    return service;
  };
  const urlOf = async ({ app }: RunningService) => (await app.getUrl()).replace('[::1]', '127.0.0.1');

  beforeAll(async () => {
    const users = ['beating', 'leaving', 'lonely', 'web', 'other', 'plain', 'vouching'].map((name) => web(name).definition);
    nats = await testNats({ config: natsAuthorization(users, SECRET, { admin: ADMIN }) });
    listener = await Bus.connect({ url: nats.url, name: 'listener', ...ADMIN }, testTelemetry('listener'));
    listener.serve(LiveSubject.allBeats, {}, (message) => {
      beats.push(JSON.parse(message.body) as ServiceBeat);
      return Promise.resolve();
    });
    await listener.flush();
  });
  afterEach(() => stopServices(running.splice(0)));
  afterAll(async () => {
    await listener.close();
    await nats.stop();
  });

  describe('beats', () => {
    const of = (service: string) => beats.filter((beat) => beat.service === service);

    it('at once and then every two seconds, with the state of its parts', async () => {
      const service = await start(web('beating').definition);
      await eventually(() => of('beating').length >= 2);
      const [first] = of('beating');
      expect(first).toEqual({
        service: 'beating',
        instance: expect.stringMatching(/^beating-[0-9a-f]{12}$/),
        startedAt: expect.stringMatching(/^\d{4}-.*Z$/),
        ready: true,
        parts: { bus: 'ok' },
      });
      const broken = new AppError({ kind: 'unavailable', code: 'disk.full', message: 'full' });
      service.readiness.add('disk', () => Promise.reject(broken));
      await eventually(() => of('beating').some(({ ready, parts }) => !ready && parts['disk'] === 'disk.full'));
    });

    it('one last time when it leaves, and nothing after that', async () => {
      const service = await start(web('leaving').definition);
      const slow = { answer: (): void => undefined };
      service.readiness.add('slow', () => new Promise<void>((resolve) => (slow.answer = resolve)));
      await eventually(() => of('leaving').length > 0);
      await service.stop();
      slow.answer();
      await eventually(() => of('leaving').some((beat) => beat.leaving));
      await listener.flush();
      expect(of('leaving').at(-1)).toMatchObject({ leaving: true, ready: false });
    });

    it('not of a time when the bus was away', async () => {
      const service = await start(web('lonely').definition);
      await eventually(() => of('lonely').length > 0);
      await nats.kill('SIGKILL');
      await eventually(async () => !(await service.readiness.report()).ready);
      const before = of('lonely').length;
      await nats.restart();
      await eventually(() => of('lonely').length > before, { timeoutMs: 30_000 });
      expect(of('lonely').every(({ ready }) => ready)).toBe(true);
    });
  });

  describe('with an HTTP port', () => {
    it('serves its routes, and what it puts before them', async () => {
      const url = await urlOf(await start(web('web').definition));
      expect(await (await fetch(`${url}/hello`)).text()).toBe('hello');
      expect(await (await fetch(`${url}/configured`)).text()).toBe('configured');
    });

    it('says which variable to change when the port is taken', async () => {
      const blocker = createServer().listen(0, '127.0.0.1');
      await once(blocker, 'listening');
      const { port } = blocker.address() as AddressInfo;
      const error: unknown = await start(web('other').definition, { OTHER_PORT: String(port) }).catch((e: unknown) => e);
      expect(error).toMatchObject({ code: 'runner.port-busy', details: { port, variable: 'OTHER_PORT' } });
      expect(sentence(error)).toMatch(new RegExp(`${port}.*OTHER_PORT`));
      blocker.close();
    });
  });

  describe('is handed', () => {
    it('a token of its own, signed by the secret where there is no realm', async () => {
      const { definition, given } = web('plain');
      await start(definition);
      const token = (await given.runtime?.serviceToken()) ?? '';
      expect(await new TokenVerifier(SECRET).verify(token)).toEqual({ subject: 'plain', kind: 'service', roles: ['service'] });
      expect(given.runtime?.realm).toBeUndefined();
      expect(given.runtime?.publicUrl).toBe('http://127.0.0.1:4000');
    });

    it('the realm, and asks it for its token', async () => {
      const { definition, given } = web('plain');
      const url = `http://127.0.0.1:${await freePort()}`;
      await start(definition, { AMPLINE_KEYCLOAK_URL: `${url}/`, AMPLINE_PUBLIC_URL: 'https://charge.example.com/' });
      expect(given.runtime?.realm?.issuer).toBe(`${url}/realms/ampline`);
      expect(given.runtime?.publicUrl).toBe('https://charge.example.com');
      await expect(given.runtime?.serviceToken()).rejects.toMatchObject({ code: 'grpc.realm-unavailable' });
    });

    it('secrets that differ by service and purpose, and are the same after each start', async () => {
      const one = web('plain');
      await start(one.definition);
      const first = one.given.runtime;
      await stopServices(running.splice(0));
      const other = web('other');
      await start(one.definition);
      await start(other.definition);
      expect(one.given.runtime?.secretFor('cookies')).toBe(first?.secretFor('cookies'));
      expect(one.given.runtime?.secretFor('links')).not.toBe(first?.secretFor('cookies'));
      expect(other.given.runtime?.secretFor('cookies')).not.toBe(first?.secretFor('cookies'));
      expect(other.given.runtime?.clientSecretOf('plain')).toBe(first?.clientSecretOf('plain'));
    });

    it('the right to vouch for others only by its definition', async () => {
      const caller = { subject: 'u', kind: 'person', roles: ['operator'], tenantId: 't', actor: 'api-gateway' } as const;
      const plain = web('plain');
      await start(plain.definition);
      expect(() => plain.given.runtime?.issueToken({ ...caller, roles: ['operator'] }, 60)).toThrow(
        expect.objectContaining({ code: 'runner.not-an-issuer' }),
      );
      const vouching = web('vouching', { issuesTokens: true });
      await start(vouching.definition);
      const token = (await vouching.given.runtime?.issueToken({ ...caller, roles: ['operator'] }, 60)) ?? '';
      expect(await new TokenVerifier(SECRET).verify(token)).toEqual(caller);
    });
  });
});
