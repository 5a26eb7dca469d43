import { readFileSync, writeFileSync } from 'node:fs';
import { Command, InvalidArgumentError, Option } from 'commander';
import { Chance } from './chance.js';
import { isProfileName, PROFILES, type ProfileChanges, type ProfileName } from './profile.js';
import type { StationOptions } from './station-options.js';
import { startSimulation, type Simulation } from './simulation.js';

interface Options {
  url: string;
  tenant: string;
  stations: number;
  prefix: string;
  first: number;
  password?: string;
  tlsUrl?: string;
  securityProfile?: 0 | 1 | 2 | 3;
  ca?: string;
  certificate?: string;
  key?: string;
  vendor?: string;
  model?: string;
  firmwareVersion?: string;
  config: Readonly<Record<string, string>>;
  upload?: 'PUT' | 'POST';
  failedDownloads?: number;
  failedInstallations?: number;
  failedUploads?: number;
  securityEvents: boolean;
  evses: number;
  power: number;
  scenario: ProfileName | 'mixed';
  token: string[];
  seed: number;
  speed: number;
  duration?: number;
  interval: number;
  idle?: readonly [number, number];
  charging?: readonly [number, number];
  startsPerSecond: number;
  ledger?: string;
}

const PROGRESS_EVERY_MS = 1_000;
const SETTLE_MS = 30_000;
const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };

/** What the program does with the world outside. */
export interface Terminal {
  print(line: string): void;
  /** Overwrites the last progress. */
  progress(line: string): void;
  /** Resolves when somebody wants it to end. */
  readonly interrupted: Promise<void>;
}

/** `npm run simulate -- …`: @returns the exit code: 1 when messages were given up or nobody answered. */
export async function simulate(argv: readonly string[], terminal: Terminal): Promise<number> {
  const options = parse(argv);
  const simulation = startSimulation({
    url: options.url,
    ...(options.tlsUrl !== undefined && { tlsUrl: options.tlsUrl }),
    seed: options.seed,
    speed: options.speed,
    idTokens: options.token,
    startsPerSecond: options.startsPerSecond,
    keep: options.ledger === undefined ? 'recent' : 'complete',
    stations: stationsOf(options),
  });
  const ended = Promise.race([terminal.interrupted, ...(options.duration === undefined ? [] : [after(options.duration)])]);
  const progress = setInterval(() => terminal.progress(progressLine(simulation)), PROGRESS_EVERY_MS);
  await ended;
  terminal.progress('ending the sessions and sending what is still waiting');
  const drained = await simulation.settle(SETTLE_MS);
  clearInterval(progress);
  const counts = simulation.counts();
  if (options.ledger !== undefined)
    writeFileSync(options.ledger, `${JSON.stringify(simulation.ledger(), undefined, 2)}\n`, { mode: 0o600 });
  await simulation.stop(0);
  terminal.print(summary(counts, drained, options));
  return counts.dropped > 0 || counts.online === 0 || !drained ? 1 : 0;
}

function parse(argv: readonly string[]): Options {
  const names = Object.keys(PROFILES);
  const program = new Command('simulate')
    .description('Simulated OCPP 1.6J charging stations that behave as real firmware does.')
    .option('--url <url>', 'where stations connect, without tenant and identity', 'ws://127.0.0.1:9220/ocpp')
    .option('--tenant <slug>', 'tenant in the path; "" leaves it out', 'demo')
    .option('--stations <n>', 'how many', count, 1)
    .option('--prefix <text>', 'identities are <prefix><number>, at least three digits', 'SIM-')
    .option('--first <n>', 'number of the first station', count, 1)
    .option('--password <text>', 'Basic password of every station; without, none is sent')
    .option('--security-profile <0-3>', 'default: 1 with a password, else 0; from 2 on at --tls-url', securityProfile)
    .option('--tls-url <url>', 'where stations of security profile 2 and 3 connect, also those that are raised to it')
    .option('--ca <file>', 'roots that the stations trust the central system and file servers by (PEM)')
    .option('--certificate <file>', 'certificate chain of every station (PEM); with --key')
    .option('--key <file>', 'private key of --certificate (PEM)')
    .option('--vendor <text>', 'in their BootNotification')
    .option('--model <text>', 'in their BootNotification')
    .option('--firmware-version <text>', 'until an update')
    .option('--config <key=value...>', 'configuration keys that differ from the factory’s', configuration, {})
    .addOption(new Option('--upload <method>', 'how files are put over HTTP').choices(['PUT', 'POST']))
    .option('--failed-downloads <share>', 'firmware downloads that fail, 0 to 1', share)
    .option('--failed-installations <share>', 'firmware installations that fail, 0 to 1', share)
    .option('--failed-uploads <share>', 'uploads of diagnostics and logs that fail, 0 to 1', share)
    .option('--security-events', 'tell critical security events', false)
    .option('--evses <n>', 'EVSEs per station', count, 2)
    .option('--power <watts>', 'power of an EVSE', count, 22_000)
    .option('--scenario <name>', 'how the stations behave; "mixed": each another way', scenario, 'normal')
    .option('--token <idToken...>', 'id tokens drivers come with', ['DEMO-OK-1'])
    .option('--seed <n>', 'same seed, same cars and outages', count, 1)
    .option('--speed <factor>', 'seconds of parking and charging that pass in one second', positive, 1)
    .addOption(new Option('--interval <duration>', 'between two meter values').argParser(duration).default(10_000, '10s'))
    .option('--idle <range>', 'between two cars, for instance 30s-10m', durations)
    .option('--charging <range>', 'how long a car charges, for instance 2m-30m', durations)
    .option('--duration <duration>', 'ends after it (60s, 5m); without, Ctrl-C ends it', duration)
    .option('--starts-per-second <n>', 'how many stations connect per second', positive, 200)
    .option('--ledger <file>', 'keeps everything the stations know and writes it to this file at the end (JSON)')
    .addHelpText(
      'after',
      `\nScenarios: mixed, ${names.join(', ')}\n
Examples:
  npm run simulate -- --prefix EXT- --first 1 --stations 10 --password ampline-demo-station
  npm run simulate -- --stations 500 --scenario lossy-network --duration 5m --ledger ledger.json --password …

Ends with a summary of the ledger; exit code 1 when a message was given up by the firmware or is still
unanswered, or when no station is online.`,
    );
  program.parse([...argv], { from: 'user' });
  return program.opts<Options>();
}

function stationsOf(o: Options): StationOptions[] {
  const pem = (file: string) => readFileSync(file, 'utf8');
  const security = {
    ...(o.password !== undefined && { password: o.password }),
    ...(o.securityProfile !== undefined && { securityProfile: o.securityProfile }),
    ...(o.ca !== undefined && { ca: [pem(o.ca)] }),
    ...(o.certificate !== undefined && o.key !== undefined && { certificate: { chain: pem(o.certificate), key: pem(o.key) } }),
  };
  return Array.from({ length: o.stations }, (_, i) => {
    const identity = `${o.prefix}${String(o.first + i).padStart(3, '0')}`;
    return {
      tenant: o.tenant,
      identity,
      ...security,
      ...(o.vendor !== undefined && { vendor: o.vendor }),
      ...(o.model !== undefined && { model: o.model }),
      evses: Array.from({ length: o.evses }, () => ({ maxPowerW: o.power })),
      profile: profileFor(o, identity),
    };
  });
}

function profileFor(o: Options, identity: string): ProfileChanges {
  const names = Object.keys(PROFILES).filter(isProfileName);
  const name = o.scenario === 'mixed' ? (new Chance(o.seed, `profile of ${identity}`).pick(names) ?? 'normal') : o.scenario;
  const named: ProfileChanges = PROFILES[name];
  return {
    ...named,
    charging: {
      ...(o.idle && { firstIdleS: [0, o.idle[1]] as const, idleS: o.idle }),
      ...(o.charging && { chargingS: o.charging }),
    },
    ...(o.firmwareVersion !== undefined && { firmwareVersion: o.firmwareVersion }),
    files: {
      ...named.files,
      ...(o.upload !== undefined && { uploadMethod: o.upload }),
      ...(o.failedDownloads !== undefined && { failedDownloads: o.failedDownloads }),
      ...(o.failedInstallations !== undefined && { failedInstallations: o.failedInstallations }),
      ...(o.failedUploads !== undefined && { failedUploads: o.failedUploads }),
    },
    ...(o.securityEvents && { securityEvents: true }),
    configuration: {
      ...named.configuration,
      MeterValueSampleInterval: String(Math.max(1, Math.round(o.interval / 1_000))),
      ...o.config,
    },
  };
}

function progressLine(simulation: Simulation): string {
  const { online, running, completed, energyWh, acknowledged, waiting } = simulation.counts();
  const stations = simulation.stations.length;
  return `${online}/${stations} online · ${running} charging · ${completed} completed, ${(energyWh / 1_000).toFixed(1)} kWh · ${acknowledged} messages answered, ${waiting} waiting`;
}

function summary(counts: ReturnType<Simulation['counts']>, drained: boolean, o: Options): string {
  const rows: [string, number | string][] = [
    ['stations online', `${counts.online}/${o.stations}`],
    ['transactions', counts.transactions],
    ['  completed', counts.completed],
    ['energy (kWh)', (counts.energyWh / 1_000).toFixed(3)],
    ['messages answered', counts.acknowledged],
    ['  with an error', counts.refused],
    ['  never answered', counts.unanswered],
    ['messages still waiting', counts.waiting],
    ['messages given up', counts.dropped],
  ];
  const table = rows.map(([name, value]) => `  ${name.padEnd(24)}${String(value).padStart(12)}`).join('\n');
  const end =
    counts.online === 0
      ? 'No station is online: is the address right, are the stations known, is the password theirs?'
      : drained
        ? 'Every transaction message was answered or given up.'
        : 'Some messages were still waiting when the time was up.';
  return `\nLedger of the stations (seed ${o.seed}):\n${table}\n${end}`;
}

function after(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms).unref());
}

function count(text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('A whole number is needed.');
}

function positive(text: string): number {
  const value = Number(text);
  if (Number.isFinite(value) && value > 0) return value;
  throw new InvalidArgumentError('A number above zero is needed.');
}

/** @returns milliseconds */
function duration(text: string): number {
  const [, value = '', unit = ''] = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/.exec(text) ?? [];
  const unitMs = UNITS[unit];
  if (unitMs === undefined) throw new InvalidArgumentError('A duration is needed, such as 500ms, 60s, 5m or 1h.');
  return Number(value) * unitMs;
}

/** @returns seconds */
function durations(text: string): readonly [number, number] {
  const [from = '', to = from] = text.split('-');
  return [duration(from) / 1_000, duration(to) / 1_000];
}

function scenario(text: string): ProfileName | 'mixed' {
  if (text === 'mixed' || isProfileName(text)) return text;
  throw new InvalidArgumentError('Unknown scenario; --help lists them.');
}

function share(text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && value >= 0 && value <= 1) return value;
  throw new InvalidArgumentError('A share is needed: a number from 0 to 1.');
}

function securityProfile(text: string): 0 | 1 | 2 | 3 {
  const value = ([0, 1, 2, 3] as const).find((known) => String(known) === text);
  if (value !== undefined) return value;
  throw new InvalidArgumentError('OCPP 1.6 has security profiles 0 to 3.');
}

function configuration(text: string, before: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const [, key, value] = /^([^=]{1,50})=(.*)$/s.exec(text) ?? [];
  if (key === undefined || value === undefined) throw new InvalidArgumentError('key=value is needed.');
  return { ...before, [key]: value };
}
