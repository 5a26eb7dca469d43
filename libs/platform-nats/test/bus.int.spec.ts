import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { trace } from '@opentelemetry/api';
import { AppError } from '@ampline/kernel-errors';
import { inSpan, testTelemetry, type TestTelemetry } from '@ampline/platform-telemetry';
import { eventually, testNats, type EmbeddedNats } from '@ampline/platform-testing';
import { Bus, BusHeader, type Incoming } from '../src/index.js';

const CONFIG = `
authorization {
  users = [
    { user: all, password: all-secret, permissions: { publish: ">", subscribe: ">" } }
    { user: limited, password: limited-secret, permissions: {
        publish: ["allowed.>"], subscribe: ["allowed.>", "_INBOX.limited.>"], allow_responses: true } }
  ]
}`;

/** A promise and its key. */
function latch(): { open: () => void; opened: Promise<void> } {
  let open: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { open, opened };
}

const codeOf = (promise: Promise<unknown>): Promise<string | undefined> =>
  promise.then(
    () => undefined,
    (error: unknown) => (AppError.is(error) ? error.code : String(error)),
  );

describe('Bus', () => {
  let server: EmbeddedNats;
  const open: Bus[] = [];

  async function connect(o: { user?: string; name?: string; telemetry?: TestTelemetry } = {}): Promise<Bus> {
    const user = o.user ?? 'all';
    const bus = await Bus.connect(
      { url: server.url, name: o.name ?? 'test', user, password: `${user}-secret` },
      o.telemetry ?? testTelemetry('test'),
    );
    open.push(bus);
    return bus;
  }

  beforeAll(async () => {
    server = await testNats({ config: CONFIG });
  });
  afterEach(async () => {
    await Promise.all(open.splice(0).map((bus) => bus.close()));
  });
  afterAll(() => server.stop());

  it('carries a request and its reply with headers both ways', async () => {
    const bus = await connect();
    bus.serve('echo.*', {}, (message: Incoming) =>
      Promise.resolve({
        body: `${message.subject} ${message.body}`,
        headers: { 'X-Seen': message.headers('X-Sent') ?? '', 'X-None': String(message.headers('absent')) },
      }),
    );
    const reply = await bus.request('echo.a', 'grüße', { timeoutMs: 2_000, headers: { 'X-Sent': 'yes' } });
    expect(reply.body).toBe('echo.a grüße');
    expect(reply.headers).toMatchObject({ 'X-Seen': 'yes', 'X-None': 'undefined' });
  });

  it('knows at once that nobody serves a subject', async () => {
    const bus = await connect();
    expect(await codeOf(bus.request('nobody.there', '', { timeoutMs: 60_000 }))).toBe('bus.no-responders');
    expect(await codeOf(bus.requestMany('nobody.there', '', { timeoutMs: 60_000, accept: () => true }))).toBe('bus.no-responders');
  });

  it('gives up at the time-out and forgets a late reply', async () => {
    const bus = await connect();
    const late = latch();
    bus.serve('slow.one', {}, async () => {
      await late.opened;
      return { body: 'late' };
    });
    expect(await codeOf(bus.request('slow.one', '', { timeoutMs: 20 }))).toBe('bus.timeout');
    late.open();
    bus.serve('quick.one', {}, () => Promise.resolve({ body: 'quick' }));
    expect((await bus.request('quick.one', '', { timeoutMs: 2_000 })).body).toBe('quick');
  });

  it('waits for the reply that is accepted, whatever the others say', async () => {
    const [asker, ...responders] = [await connect(), await connect(), await connect()];
    const right = latch();
    responders[0]?.serve('command.s1', {}, () => Promise.resolve({ body: 'superseded' }));
    responders[1]?.serve('command.s1', {}, async () => {
      await right.opened;
      return { body: 'answered' };
    });
    await Promise.all(responders.map((bus) => bus.flush()));
    const seen: string[] = [];
    const reply = await asker?.requestMany('command.s1', '', {
      timeoutMs: 5_000,
      accept: (r) => {
        seen.push(r.body);
        right.open();
        return r.body !== 'superseded';
      },
    });
    expect(reply?.body).toBe('answered');
    expect(seen).toEqual(['superseded', 'answered']);
    expect(await asker?.requestMany('command.s1', '', { timeoutMs: 50, accept: () => false })).toBeUndefined();
  });

  it('tells a broken accept to its caller and keeps the connection', async () => {
    const bus = await connect();
    bus.serve('echo.b', {}, (m) => Promise.resolve({ body: m.body }));
    const broken = bus.requestMany('echo.b', '{', { timeoutMs: 2_000, accept: (r) => JSON.parse(r.body) as boolean });
    expect(await codeOf(broken)).toBe('bus.unreadable-reply');
    expect((await bus.request('echo.b', 'still here', { timeoutMs: 2_000 })).body).toBe('still here');
  });

  it('shares the messages of a queue group, each to one member', async () => {
    const bus = await connect();
    const members = [await connect(), await connect()];
    const served = [0, 0];
    members.forEach((member, i) =>
      member.serve('work.*', { queue: 'g' }, () => {
        served[i] = (served[i] ?? 0) + 1;
        return Promise.resolve({ body: '' });
      }),
    );
    await Promise.all(members.map((member) => member.flush()));
    await Promise.all(Array.from({ length: 200 }, (_, i) => bus.request(`work.${i}`, '', { timeoutMs: 5_000 })));
    expect((served[0] ?? 0) + (served[1] ?? 0)).toBe(200);
    expect(Math.min(...served)).toBeGreaterThan(0);
  });

  it('works on as many as it may, lets the rest wait, and tells what is too much to go elsewhere', async () => {
    const bus = await connect();
    const gate = latch();
    let running = 0;
    let most = 0;
    bus.serve('bounded.x', { concurrency: 2, backlog: 3 }, async () => {
      most = Math.max(most, ++running);
      await gate.opened;
      running--;
      return { body: 'done' };
    });
    const replies = Array.from({ length: 8 }, () => bus.request('bounded.x', '', { timeoutMs: 5_000 }));
    const shed = await Promise.race(replies);
    expect(shed.headers[BusHeader.retry]).toBe('true');
    gate.open();
    const all = await Promise.all(replies);
    expect(all.filter((r) => r.body === 'done')).toHaveLength(5);
    expect(all.filter((r) => r.headers[BusHeader.retry] === 'true')).toHaveLength(3);
    expect(most).toBe(2);
  });

  it('drains: answers what was begun, sends what waits elsewhere, then is not there any more', async () => {
    const bus = await connect();
    const server = await connect();
    const begun = latch();
    const gate = latch();
    const served = server.serve('drained.x', { queue: 'q', concurrency: 1 }, async () => {
      begun.open();
      await gate.opened;
      return { body: 'answered' };
    });
    await server.flush();
    const first = bus.request('drained.x', '', { timeoutMs: 5_000 });
    await begun.opened;
    const second = bus.request('drained.x', '', { timeoutMs: 5_000 });
    await bus.flush();
    const drained = served.drain();
    expect((await second).headers[BusHeader.retry]).toBe('true');
    gate.open();
    expect((await first).body).toBe('answered');
    await drained;
    expect(await codeOf(bus.request('drained.x', '', { timeoutMs: 5_000 }))).toBe('bus.no-responders');
  });

  it('hands the work of a draining member to the others without losing one request', async () => {
    const bus = await connect();
    const members = [await connect(), await connect()];
    const handled = members.map((member, i) =>
      member.serve('handover.x', { queue: 'q', concurrency: 4 }, async () => {
        await new Promise<void>((resolve) => setImmediate(resolve));
        return { body: String(i) };
      }),
    );
    await Promise.all(members.map((member) => member.flush()));
    async function ask(): Promise<string> {
      for (;;) {
        const reply = await bus.request('handover.x', '', { timeoutMs: 5_000 });
        if (reply.headers[BusHeader.retry] !== 'true') return reply.body;
      }
    }
    const asked = Array.from({ length: 300 }, ask);
    await Promise.race(asked);
    await handled[0]?.drain();
    expect(await Promise.all(asked)).toHaveLength(300);
    expect(await ask()).toBe('1');
  });

  it('drains a whole connection while requests are under way', async () => {
    const bus = await connect();
    const member = await connect();
    const begun = latch();
    const gate = latch();
    member.serve('leaving.x', {}, async () => {
      begun.open();
      await gate.opened;
      return { body: 'answered' };
    });
    await member.flush();
    const reply = bus.request('leaving.x', '', { timeoutMs: 5_000 });
    await begun.opened;
    const gone = member.drain();
    gate.open();
    expect((await reply).body).toBe('answered');
    await gone;
    expect(member.connection.isClosed()).toBe(true);
  });

  it('gives the error of a handler to the requester, and logs it at its declared level', async () => {
    const telemetry = testTelemetry('server');
    const bus = await connect({ telemetry });
    bus.serve('failing.known', {}, () =>
      Promise.reject(new AppError({ kind: 'conflict', code: 'csms.station.busy', message: 'Busy.', level: 'info' })),
    );
    bus.serve('failing.unknown', {}, () => {
      throw new TypeError('secret detail');
    });
    const known = await bus.request('failing.known', '', { timeoutMs: 2_000 }).catch((e: unknown) => e);
    expect(known).toMatchObject({ kind: 'conflict', code: 'csms.station.busy', message: 'Busy.' });
    const unknown = await bus.request('failing.unknown', '', { timeoutMs: 2_000 }).catch((e: unknown) => e);
    expect(unknown).toMatchObject({ kind: 'internal', code: 'bus.handler-failed' });
    expect(String(unknown)).not.toContain('secret detail');
    const lines = telemetry.lines.filter((line) => line['event'] === 'bus.handler-failed');
    expect(lines).toMatchObject([
      { level: 'info', code: 'csms.station.busy' },
      { level: 'error', code: 'bus.handler-failed', error: { name: 'TypeError' } },
    ]);
  });

  it('continues the trace of the requester in the handler', async () => {
    const a = testTelemetry('a');
    const b = testTelemetry('b');
    const asker = await connect({ telemetry: a });
    const server = await connect({ telemetry: b });
    let inHandler: string | undefined;
    server.serve('traced.x', { spanName: 'handle traced' }, () => {
      inHandler = trace.getActiveSpan()?.spanContext().traceId;
      return Promise.resolve({ body: '' });
    });
    await server.flush();
    await inSpan(a.tracer, 'outer', {}, () => asker.request('traced.x', '', { timeoutMs: 2_000 }));
    const outer = a.spans.find((s) => s.name === 'outer');
    const client = a.spans.find((s) => s.name === 'traced.x request');
    const handled = await eventually(() => b.spans.find((s) => s.name === 'handle traced'));
    expect(client?.parentSpanContext?.spanId).toBe(outer?.spanContext().spanId);
    expect(handled.parentSpanContext?.spanId).toBe(client?.spanContext().spanId);
    expect(inHandler).toBe(outer?.spanContext().traceId);
  });

  it('counts requests by subject family and result', async () => {
    const telemetry = testTelemetry('metrics');
    const bus = await connect({ telemetry });
    bus.serve('ocpp.call.*.*.*', {}, () => Promise.resolve({ body: '{}' }));
    await bus.request('ocpp.call.acme.S1.Heartbeat', '', { timeoutMs: 2_000 });
    await codeOf(bus.request('ocpp.command.acme.S1', '', { timeoutMs: 2_000 }));
    const text = await telemetry.metricsText();
    expect(text).toMatch(/bus_request_duration\S*_count\{family="ocpp.call",result="ok"[^}]*\} 1/);
    expect(text).toMatch(/bus_request_duration\S*_count\{family="ocpp.command",result="no-responders"[^}]*\} 1/);
    expect(text).toMatch(/bus_handle_duration\S*_count\{family="ocpp.call",result="ok"[^}]*\} 1/);
  });

  it('serves thousands of subjects on one connection, one subscription per station', async () => {
    const bus = await connect();
    const asker = await connect();
    const stations = 5_000;
    const served = Array.from({ length: stations }, (_, i) =>
      bus.serve(`ocpp.command.acme.S${i}`, {}, () => Promise.resolve({ body: String(i) })),
    );
    await bus.flush();
    const replies = await Promise.all(
      Array.from({ length: 100 }, (_, i) => asker.request(`ocpp.command.acme.S${i * 50}`, '', { timeoutMs: 5_000 })),
    );
    expect(replies.map((r) => r.body)).toEqual(Array.from({ length: 100 }, (_, i) => String(i * 50)));
    served[50]?.unsubscribe();
    await bus.flush();
    expect(await codeOf(asker.request('ocpp.command.acme.S50', '', { timeoutMs: 5_000 }))).toBe('bus.no-responders');
  });

  describe('refuses', () => {
    it('a header value that would begin a header of its own', async () => {
      const bus = await connect();
      const sent = bus.request('a.b', '', { timeoutMs: 2_000, headers: { 'Ampline-Message-Id': 'x\r\nNats-Msg-Id: y' } });
      expect(await codeOf(sent)).toBe('bus.invalid-message');
    });

    it('a subject with white space and a body over max_payload', async () => {
      const bus = await connect();
      expect(await codeOf(bus.request('a b', '', { timeoutMs: 2_000 }))).toBe('bus.invalid-message');
      expect(await codeOf(bus.request('a.b', 'x'.repeat(1_100_000), { timeoutMs: 2_000 }))).toBe('bus.invalid-message');
    });

    it('what the user may not publish or subscribe', async () => {
      const telemetry = testTelemetry('limited');
      const bus = await connect({ user: 'limited', name: 'limited', telemetry });
      bus.serve('allowed.x', {}, () => Promise.resolve({ body: 'allowed' }));
      expect((await bus.request('allowed.x', '', { timeoutMs: 2_000 })).body).toBe('allowed');
      expect(await codeOf(bus.request('forbidden.x', '', { timeoutMs: 60_000 }))).toBe('bus.forbidden');
      bus.serve('forbidden.y', {}, () => Promise.resolve({ body: '' }));
      await eventually(() => telemetry.lines.find((line) => line['event'] === 'bus.subscription-refused'));
    });
  });
});
