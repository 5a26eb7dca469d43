import { spawn, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { BackEndKind, CommandOutcome } from '@ampline/contracts';
import { eventually, freePort } from '@ampline/platform-testing';
import { furnish, invite, PASSWORD, Platform, type Doors, type Site } from './support/platform.js';
import { RawStation } from './support/raw-station.js';

/** A program of docs/examples, as somebody else would run it. */
class Example {
  private output = '';

  private constructor(private readonly process: ChildProcess) {
    process.stdout?.on('data', (data: Buffer) => (this.output += data.toString()));
    process.stderr?.on('data', (data: Buffer) => (this.output += data.toString()));
  }

  static async start(file: string, env: Record<string, string>): Promise<Example> {
    const path = fileURLToPath(new URL(`../../../docs/examples/${file}`, import.meta.url));
    const example = new Example(spawn(process.execPath, [path], { env: { PATH: process.env['PATH'], ...env }, stdio: 'pipe' }));
    await eventually(() => example.isReady || example.process.exitCode !== null);
    if (!example.isReady) throw new Error(example.output);
    return example;
  }

  get isReady(): boolean {
    return this.lines.some((line) => line.startsWith('ready'));
  }

  get lines(): string[] {
    return this.output.split('\n');
  }

  /** Calls that it has answered, as `<station> <action>`. */
  get calls(): string[] {
    return this.lines
      .filter((line) => line.includes('"callId"'))
      .map((line) => JSON.parse(line) as { station: string; action: string })
      .map(({ station, action }) => `${station} ${action}`);
  }

  say(line: string): void {
    this.process.stdin?.write(`${line}\n`);
  }

  stop(): void {
    this.process.kill('SIGKILL');
  }
}

describe('a platform with back ends of others', () => {
  let platform: Platform;
  let doors: Doors;
  let site: Site;
  let as: { tenantId: string };
  const examples: Example[] = [];
  const stations: RawStation[] = [];
  const stationId = (n: number) => site.stations[n - 1]?.stationId ?? '';

  beforeAll(async () => {
    // A back end that is away is noticed by its silence: the account that it lives in has no "no responders" for ours.
    platform = await Platform.start({ shape: 'all', env: { OCPP_GATEWAY_CALL_TRY_MS: '1000' } });
    doors = platform.doors();
    site = await furnish(platform, { stations: 4 });
    as = { tenantId: site.tenantId };
  });

  afterAll(async () => {
    for (const example of examples) example.stop();
    for (const station of stations) station.terminate();
    await platform.stop();
  });

  async function station(n: number): Promise<RawStation> {
    const connected = await RawStation.connect({ url: platform.ocppUrl(), identity: `ST-${n}`, password: PASSWORD });
    stations.push(connected);
    await eventually(async () => (await doors.stations.getStation({ stationId: stationId(n) }, as)).station?.online);
    return connected;
  }

  async function start(file: string, env: Record<string, string>): Promise<Example> {
    const example = await Example.start(file, env);
    examples.push(example);
    return example;
  }

  async function overNats(name: string): Promise<{ id: string; example: Example; again: () => Promise<Example> }> {
    const { backEnd, secret } = await doors.routing.createBackEnd({ name, kind: BackEndKind.NATS }, as);
    const env = { NATS_URL: platform.parts.env['AMPLINE_NATS_URL'] ?? '', BACK_END: name, TENANT: 'demo' };
    const user = { NATS_USER: secret?.username ?? '', NATS_PASSWORD: secret?.secret ?? '' };
    const again = () => eventually(() => start('foreign-back-end-nats.mjs', { ...env, ...user }).catch(() => undefined));
    return { id: backEnd?.backEndId ?? '', example: await again(), again };
  }

  const route = (n: number, backEndId: string, actions: string[] = []) =>
    doors.routing.setStationBackEnd({ stationId: stationId(n), backEndId, actions }, as);
  /** Id tokens tell who decided: the example knows `OWN-…`, csms `DEMO-OK-1`. */
  const decides = async (at: RawStation, idTag: string) =>
    ((await at.ask('Authorize', { idTag }))['idTagInfo'] as { status: string }).status;

  it('answers some stations over NATS while csms answers the rest, and commands its own alone', async () => {
    const [own, other] = [await station(1), await station(2)];
    const { id, example } = await overNats('own');
    await route(1, id);
    await eventually(async () => (await decides(own, 'OWN-1')) === 'Accepted');
    expect(await decides(other, 'OWN-1')).toBe('Invalid');
    expect(await decides(other, 'DEMO-OK-1')).toBe('Accepted');
    expect(await own.ask('BootNotification', { chargePointVendor: 'Example', chargePointModel: 'One' })).toMatchObject({ interval: 300 });
    expect(example.calls.every((call) => call.startsWith('ST-1 '))).toBe(true);

    example.say('ST-1 Reset {"type":"Soft"}');
    await eventually(() => example.lines.some((line) => line.includes('"outcome":"answered"')));
    expect(own.commands).toMatchObject([{ action: 'Reset' }]);
    example.say('ST-2 Reset {"type":"Soft"}');
    await eventually(() => example.lines.some((line) => line.includes('not routed')));
    expect(other.commands).toEqual([]);

    const archive = async () => (await doors.stations.listMessages({ stationId: stationId(1), action: 'BootNotification' }, as)).messages;
    const [boot] = await eventually(async () => ((await archive()).length > 0 ? archive() : undefined));
    expect(boot).toMatchObject({ result: 'ok', deviations: ['answered-by own'] });
    const { commands } = await doors.commands.listCommands({ stationId: stationId(1) }, as);
    expect(commands).toMatchObject([{ action: 'Reset', outcome: CommandOutcome.ANSWERED, requestedBy: 'back-end own' }]);
    expect((await doors.stations.getStation({ stationId: stationId(1) }, as)).station?.backEnd).toBe('own');
  });

  it('switches a station back and forth while it talks: the socket stays, no message is lost', async () => {
    const talking = await station(3);
    const { backEnds } = await doors.routing.listBackEnds({}, as);
    const [own] = backEnds;
    const deciders: string[] = [];
    const until = Date.now() + 2_500;
    const talk = async () => {
      while (Date.now() < until) deciders.push((await decides(talking, 'OWN-1')) === 'Accepted' ? 'own' : 'csms');
    };
    const switching = async () => {
      for (let turn = 0; Date.now() < until; turn += 1) {
        await route(3, turn % 2 === 0 ? (own?.backEndId ?? '') : '');
        const heard = deciders.length;
        await eventually(() => deciders.length > heard + 5 || Date.now() >= until);
      }
    };
    await Promise.all([talk(), switching()]);
    expect(new Set(deciders)).toEqual(new Set(['own', 'csms']));
    const archived = async () =>
      (await platform.sql(`SELECT 1 FROM csms.ocpp_message WHERE station_id = $1 AND action = 'Authorize'`, [stationId(3)])).length;
    await eventually(async () => (await archived()) === deciders.length);
    expect(talking.socket.readyState).toBe(1);
  });

  it('holds the calls of a back end that is away, and answers them when it is back or csms takes them over', async () => {
    const { id, example, again } = await overNats('away');
    const held = await station(4);
    await route(4, id);
    await eventually(async () => (await decides(held, 'OWN-1')) === 'Accepted');
    example.stop();
    const begin = held.call('StartTransaction', { connectorId: 1, idTag: 'OWN-1', meterStart: 0, timestamp: new Date().toISOString() });
    await again();
    expect(await begin).toMatchObject({ kind: 'result', payload: { idTagInfo: { status: 'Accepted' } } });
    examples.at(-1)?.stop();
    const beat = held.call('Authorize', { idTag: 'DEMO-OK-1' });
    await route(4, '');
    expect(await beat).toMatchObject({ kind: 'result', payload: { idTagInfo: { status: 'Accepted' } } });
    await expect(doors.routing.deleteBackEnd({ backEndId: id }, as)).resolves.toBeDefined();
  });

  it('answers over HTTP, some actions or all, and asks again until it is answered', async () => {
    const port = await freePort();
    const url = `http://127.0.0.1:${port}/ocpp`;
    const { backEnd, secret } = await doors.routing.createBackEnd({ name: 'web', kind: BackEndKind.HTTP, url }, as);
    const routed = stations[1] as RawStation;
    await route(2, backEnd?.backEndId ?? '', ['Authorize']);
    const waiting = routed.call('Authorize', { idTag: 'OWN-7' });
    const example = await start('foreign-back-end-http.mjs', { SECRET: secret?.secret ?? '', PORT: String(port) });
    await waiting;
    await eventually(async () => (await decides(routed, 'OWN-7')) === 'Accepted');
    await routed.ask('Heartbeat', {});
    expect(new Set(example.calls)).toEqual(new Set(['ST-2 Authorize']));

    const { username } = await invite(platform, { tenantId: site.tenantId, email: 'admin@demo.example', role: 'tenant-admin' });
    const admin = await platform.person(username);
    const { createApiKey } = await admin.get<{ createApiKey: { secret: string } }>(
      'mutation { createApiKey(input: { name: "web", scopes: ["stations:command"], requestsPerMinute: 0 }) { secret } }',
    );
    const order = (key: string) =>
      fetch(`${platform.apiUrl}/rest/v1/stations/${stationId(2)}/commands`, {
        method: 'POST',
        body: JSON.stringify({ action: 'ClearCache' }),
        headers: { 'content-type': 'application/json', 'x-api-key': key },
      });
    expect(await (await order(createApiKey.secret)).json()).toMatchObject({ outcome: 'ANSWERED', response: { status: 'Accepted' } });
    expect((await order('amp_nobody')).status).toBe(401);

    const forged = await fetch(url, { method: 'POST', body: '[2,"1","Heartbeat",{}]', headers: { 'Ampline-Signature': 'sha256=00' } });
    expect(forged.status).toBe(401);
    await expect(doors.routing.deleteBackEnd({ backEndId: backEnd?.backEndId ?? '' }, as)).rejects.toMatchObject({
      code: 'csms.routing.back-end-in-use',
    });
  });
});
