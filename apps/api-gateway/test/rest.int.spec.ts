import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AuditActorKind, MessageDirection } from '@ampline/contracts';
import { AppError } from '@ampline/kernel-errors';
import { eventually } from '@ampline/platform-testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { RunningGateway } from './support/running-gateway.js';
import { AT, AT_ISO } from './support/world.js';

const STATION = '019f0000-0000-7000-8000-000000000001';
const BRAND = '019f0000-0000-7000-8000-0000000000b1';
const PNG = Buffer.from('89504e470d0a1a0a', 'hex');

function message(n: number) {
  return {
    messageUuid: `m${n}`,
    receivedAt: AT,
    direction: MessageDirection.FROM_STATION,
    action: 'Heartbeat',
    messageId: String(n),
    requestFrame: `[2,"${n}","Heartbeat",{}]`,
    result: 'ok',
  };
}

describe('REST', () => {
  let gateway: RunningGateway;
  let authorization: string;
  const get = (path: string, headers: Record<string, string> = { authorization }) =>
    fetch(`${gateway.url}${path}`, { headers, redirect: 'manual' });
  beforeAll(async () => {
    gateway = await RunningGateway.start();
    authorization = await gateway.as('admin');
  });
  afterAll(() => gateway.stop());

  it('tells monitors which parts work', async () => {
    expect((await get('/rest/v1/health', {})).status).toBe(503);
    await eventually(async () => {
      for (const service of ['accounts', 'ocpp-csms', 'session-export', 'ocpp-gateway']) gateway.beat(service);
      return (await get('/rest/v1/health', {})).status === 200;
    });
    const { status, live, parts } = (await (await get('/rest/v1/health', {})).json()) as {
      status: string;
      live: boolean;
      parts: unknown[];
    };
    expect([status, live]).toEqual(['ok', true]);
    expect(parts).toContainEqual({ name: 'ocpp-csms', state: 'up', replicas: 1 });
  });

  it('describes itself', async () => {
    const document = (await (await get('/rest/v1/openapi.json', {})).json()) as { openapi: string; paths: Record<string, unknown> };
    expect(document.openapi).toBe('3.1.0');
    expect(Object.keys(document.paths)).toEqual(
      expect.arrayContaining(['/rest/v1/stations/{id}/messages.jsonl', '/rest/v1/stations/{id}/commands']),
    );
  });

  describe('the message archive', () => {
    const SITE = '019f0000-0000-7000-8000-0000000000a1';
    const asked: unknown[] = [];
    beforeAll(() =>
      gateway.answer({
        stations: {
          exportMessages: ({ siteId, result }) => {
            asked.push([siteId, result]);
            return [0, 1, 2].map((n) => ({ stationId: STATION, stationIdentity: '=EXT-1', message: message(n) }));
          },
        },
      }),
    );
    const query = `site=${SITE}&result=not-ok&from=2026-01-01T00:00:00Z&before=2026-01-02T00:00:00Z`;

    it('is JSON lines with the station of each message', async () => {
      const answer = await get(`/rest/v1/messages.ndjson?${query}`, { authorization: await gateway.as('operator') });
      expect(answer.headers.get('content-type')).toContain('application/x-ndjson');
      const lines = (await answer.text()).trimEnd().split('\n');
      expect(lines.map((line) => JSON.parse(line) as unknown)).toMatchObject([
        { id: 'm0', station: '=EXT-1', stationId: STATION, direction: 'FROM_STATION' },
        { id: 'm1' },
        { id: 'm2' },
      ]);
      expect(asked.at(-1)).toEqual([SITE, 'not-ok']);
    });

    it('is CSV that no spreadsheet runs', async () => {
      const answer = await get(`/rest/v1/messages.csv?${query}`, { authorization: await gateway.as('operator') });
      const [head, first] = (await answer.text()).split('\n');
      expect(head).toBe('receivedAt,station,stationId,direction,action,result,requestFrame,responseFrame,deviations,messageId,id');
      expect(first).toContain(`'=EXT-1,${STATION},FROM_STATION,Heartbeat,ok,"[2,""0"",""Heartbeat"",{}]"`);
    });

    it.each([
      ['a driver', 'driver', '', 403],
      ['a parameter that there is not', 'operator', '&drop=1', 400],
    ] as const)('is refused: %s', async (_, who, more, status) => {
      expect((await get(`/rest/v1/messages.csv?${query}${more}`, { authorization: await gateway.as(who) })).status).toBe(status);
    });
  });

  it('streams the raw messages of a station, page by page, up to the limit', async () => {
    const asked: [number, string][] = [];
    gateway.answer({
      stations: {
        listMessages: ({ page, action }) => {
          asked.push([page?.limit ?? 0, action]);
          const from = Number(page?.cursor || 0);
          const messages = Array.from({ length: page?.limit ?? 0 }, (_, i) => message(from + i));
          return { messages, page: { nextCursor: String(from + messages.length) } };
        },
      },
    });
    const answer = await get(`/rest/v1/stations/${STATION}/messages.jsonl?limit=1200&action=Heartbeat`, {
      authorization: await gateway.as('operator'),
    });
    expect(answer.headers.get('content-type')).toContain('application/jsonl');
    const lines = (await answer.text()).trimEnd().split('\n');
    expect(lines).toHaveLength(1_200);
    expect(JSON.parse(lines[1_199] ?? '')).toMatchObject({
      id: 'm1199',
      stationId: STATION,
      direction: 'FROM_STATION',
      receivedAt: AT_ISO,
    });
    expect(asked).toEqual([
      [500, 'Heartbeat'],
      [500, 'Heartbeat'],
      [200, 'Heartbeat'],
    ]);
  });

  it('cuts the connection when a later page fails: a part is not taken for the whole', async () => {
    gateway.answer({
      stations: {
        listMessages: ({ page }) => {
          if (page?.cursor) throw new AppError({ kind: 'unavailable', code: 'csms.away', message: 'Away.' });
          return { messages: [message(1)], page: { nextCursor: '1' } };
        },
      },
    });
    const answer = await get(`/rest/v1/stations/${STATION}/messages.jsonl`, { authorization: await gateway.as('operator') });
    await expect(answer.text()).rejects.toThrow();
  });

  it.each([
    ['without a log-in', {}, `/rest/v1/stations/${STATION}/messages.jsonl`, 401, 'UNAUTHENTICATED'],
    ['to a driver', 'driver', `/rest/v1/stations/${STATION}/messages.jsonl`, 403, 'FORBIDDEN'],
    ['the audit log to an operator', 'operator', '/rest/v1/audit.csv', 403, 'FORBIDDEN'],
    ['for an id that is none', 'operator', '/rest/v1/stations/1/messages.jsonl', 400, 'api.parameter-invalid'],
    ['for more than there may be', 'operator', `/rest/v1/stations/${STATION}/messages.jsonl?limit=10001`, 400, 'api.parameter-invalid'],
    ['for a parameter that there is not', 'operator', `/rest/v1/stations/${STATION}/messages.jsonl?drop=1`, 400, 'api.parameter-invalid'],
    ['what there is not', {}, '/rest/v1/nothing', 404, 'api.not-found'],
  ])('refuses %s as a problem with a code', async (_name, who, path, status, code) => {
    const answer = await get(path, typeof who === 'string' ? { authorization: await gateway.as(who) } : who);
    expect(answer.status).toBe(status);
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
    expect(await answer.json()).toMatchObject({ status, code });
  });

  it('gives the audit log as CSV that no spreadsheet runs', async () => {
    const actor = { kind: AuditActorKind.PERSON, id: 'u1', name: '=HYPERLINK("http://evil")', via: 'api-gateway' };
    const entry = {
      auditId: 'a1',
      at: AT,
      actor,
      action: 'user.invited',
      entityType: 'user',
      entityId: 'u2',
      entityName: 'A, B',
      context: 'accounts',
    };
    gateway.answer({ audit: { searchAudit: () => ({ entries: [entry] }) } });
    expect(await (await get('/rest/v1/audit.csv')).text()).toBe(
      [
        'at,actorKind,actorId,actorName,via,action,entityType,entityId,entityName,detail,context,traceId',
        `${AT_ISO},PERSON,u1,"'=HYPERLINK(""http://evil"")",api-gateway,user.invited,user,u2,"A, B",,accounts,`,
        '',
      ].join('\n'),
    );
  });

  describe('a logo', () => {
    const upload = async (body: string | Buffer<ArrayBuffer>, type: string, who = 'admin') =>
      fetch(`${gateway.url}/rest/v1/brands/${BRAND}/logo`, {
        method: 'PUT',
        headers: { authorization: await gateway.as(who), 'content-type': type },
        body,
      });

    it('is set by admins and seen by everybody, for ever under its digest', async () => {
      const seen: unknown[] = [];
      gateway.answer({
        brands: {
          setBrandLogo: ({ brandId, contentType, content }) => {
            seen.push([contentType, Buffer.from(content).equals(PNG)]);
            return { brand: { brandId, slug: 'demo', look: { name: 'Demo' }, logoDigest: 'd1' } };
          },
          getBrandLogo: () => ({ contentType: 'image/svg+xml', content: Buffer.from('<svg/>'), digest: 'd1' }),
        },
      });
      expect(await (await upload(PNG, 'image/png')).json()).toEqual({ logoUrl: `/files/brands/${BRAND}/logo/d1` });
      expect(seen).toEqual([['image/png', true]]);

      const answer = await get(`/files/brands/${BRAND}/logo/d1`, {});
      expect(answer.headers.get('content-security-policy')).toMatch(/default-src 'none'.*sandbox/);
      expect(answer.headers.get('cache-control')).toContain('immutable');
      expect(await answer.text()).toBe('<svg/>');
      expect((await raw(gateway.url, `/files/brands/${BRAND}/logo/d1`, { 'if-none-match': '"d1"' })).status).toBe(304);
      const old = await get(`/files/brands/${BRAND}/logo/d0`, {});
      expect([old.status, old.headers.get('location')]).toEqual([302, `/files/brands/${BRAND}/logo/d1`]);
    });

    it('is refused from others, of other types and sizes', async () => {
      expect((await upload(PNG, 'image/png', 'operator')).status).toBe(403);
      expect((await upload('<html>', 'text/html')).status).toBe(415);
      expect(await (await upload(Buffer.alloc(300 * 1_024), 'image/png')).json()).toMatchObject({
        status: 413,
        code: 'api.body-too-large',
      });
    });
  });
});

describe('the console', () => {
  let gateway: RunningGateway;
  const webRoot = mkdtempSync(join(tmpdir(), 'ampline-web-'));
  const get = (path: string, headers: Record<string, string> = {}) => fetch(`${gateway.url}${path}`, { redirect: 'manual', headers });
  beforeAll(async () => {
    gateway = await RunningGateway.start({ API_GATEWAY_WEB_ROOT: webRoot });
  });
  afterAll(async () => {
    await gateway.stop();
    rmSync(webRoot, { recursive: true });
  });

  it('says so when it is not built, and is served from the moment it is', async () => {
    const missing = await get('/console/stations');
    expect(missing.status).toBe(404);
    expect(await missing.text()).toContain('The console is not built');

    mkdirSync(join(webRoot, 'assets'));
    writeFileSync(join(webRoot, 'index.html'), '<!doctype html><title>Console</title>');
    writeFileSync(join(webRoot, 'assets/main-abc123.js'), 'export {};');
    for (const page of ['/console/', '/console', '/console/stations/CP.1', '/console/sessions']) {
      const answer = await get(page);
      expect([page, answer.status, answer.headers.get('cache-control')]).toEqual([page, 200, 'no-cache']);
      expect(await answer.text()).toContain('Console');
    }
  });

  it('is cached as long as its names say', async () => {
    const script = await get('/console/assets/main-abc123.js');
    expect(script.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    const etag = (await get('/console/')).headers.get('etag') ?? '';
    expect((await raw(gateway.url, '/console/', { 'if-none-match': etag })).status).toBe(304);
    expect((await get('/console/assets/gone.js')).status).toBe(404);
  });

  it('is where people arrive, and learns where to log in', async () => {
    const root = await get('/');
    expect([root.status, root.headers.get('location')]).toEqual([302, '/console/']);
    expect(await (await get('/console/config.json')).json()).toEqual({
      issuer: gateway.realm.issuer,
      clientId: 'ampline-console',
      defaultTenant: null,
    });
  });

  it('runs its own scripts alone, and talks to the API and the realm alone', async () => {
    const policy = (await get('/console/')).headers.get('content-security-policy') ?? '';
    expect(policy).toContain("script-src 'self';");
    expect(policy).toContain(`connect-src 'self' ${gateway.url.replace('http', 'ws')}`);
    expect(policy).toContain(gateway.realm.url);
    expect(policy).toContain("frame-ancestors 'none'");
  });

  it.each(['/console/../package.json', '/console/%2e%2e/%2e%2e/package.json', '/console/..%2f..%2fpackage.json', '/console/.env'])(
    'gives no file from outside its folder: %s',
    async (path) => {
      expect((await raw(gateway.url, path)).text).not.toContain('"name"');
    },
  );
});

describe('every answer', () => {
  it('says what browsers may do with it, to whom, and under which id it was served', async () => {
    const gateway = await RunningGateway.start({ API_GATEWAY_ORIGINS: 'https://portal.example' });
    const ask = (origin: string, method = 'GET') =>
      fetch(`${gateway.url}/rest/v1/openapi.json`, { method, headers: { origin, 'x-request-id': 'request-0001' } });
    const { headers } = await ask(gateway.url);
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('x-powered-by')).toBeNull();
    expect(headers.get('x-request-id')).toBe('request-0001');
    expect((await ask('https://portal.example')).headers.get('access-control-allow-origin')).toBe('https://portal.example');
    expect((await ask('https://evil.example')).headers.get('access-control-allow-origin')).toBeNull();
    const odd = await raw(gateway.url, '/console/%E0%A4%A');
    expect([odd.status, odd.text.includes('node_modules')]).toEqual([400, false]);
    expect((await ask('https://evil.example', 'OPTIONS')).headers.get('access-control-allow-origin')).toBeNull();
    await gateway.stop();
  });
});

/** As it stands: `fetch` would tidy the path up, and ask past all caches when it is given a condition. */
function raw(url: string, path: string, headers: Record<string, string> = {}): Promise<{ status: number | undefined; text: string }> {
  return new Promise((resolve, reject) => {
    httpRequest(`${url}/`, { path, headers }, (response) => {
      let text = '';
      response.on('data', (chunk: Buffer) => (text += chunk.toString()));
      response.on('end', () => resolve({ status: response.statusCode, text }));
    })
      .on('error', reject)
      .end();
  });
}
