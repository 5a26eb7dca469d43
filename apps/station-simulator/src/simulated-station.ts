import type { Ocpp16Action, RequestOf, ResponseOf, StopReason } from '@ampline/protocol-ocpp';
import type { Clock, TimerHandle, Timers } from '@ampline/kernel-time';
import { CallDesk } from './call-desk.js';
import { Chance } from './chance.js';
import { chargingCycle } from './charging-cycle.js';
import { StationConfiguration } from './configuration.js';
import { StationLedger, type LedgerOptions } from './ledger.js';
import { profileOf, type ProfileChanges, type ProfileName } from './profile.js';
import { SimulatedEvse, type EvseOptions } from './simulated-evse.js';
import { Sleeper } from './sleeper.js';
import { StationClock } from './station-clock.js';
import { answerCommand, type CommandedStation } from './station-commands.js';
import { StationLink } from './station-link.js';
import type { Pace, SimulatorLogger, StationParts } from './station-parts.js';

export interface StationOptions {
  tenant: string;
  identity: string;
  /** Basic password; absent: none is sent. */
  password?: string;
  /** Default: one EVSE of 22 kW. */
  evses?: readonly EvseOptions[];
  vendor?: string;
  model?: string;
  /** By name, or what differs from the normal one. */
  profile?: ProfileName | ProfileChanges;
}

/** What the stations of one simulation share. */
export interface Surroundings {
  /** `ws://host:port/ocpp`, or several (a load balancer's addresses): each connection takes the next one. */
  urls: readonly string[];
  seed: number;
  idTokens: readonly string[];
  pace: Pace;
  keep: LedgerOptions['keep'];
  clock: Clock;
  timers: Timers;
  log: SimulatorLogger;
}

const SUBPROTOCOLS = ['ocpp1.6'];
/** Seconds until the next BootNotification when nobody named an interval. */
const OWN_BOOT_INTERVAL_S = 15;
const FIRMWARE_VERSION = '1.6.4';
const FIRMWARE_STEPS = ['Downloading', 'Downloaded', 'Installing', 'Installed'] as const;
const DIAGNOSTICS_STEPS = ['Uploading', 'Uploaded'] as const;

type Power = 'off' | 'on' | 'rebooting';

/** One OCPP 1.6J charging station, as its firmware behaves. */
export class SimulatedStation implements CommandedStation {
  readonly parts: StationParts;
  readonly evses: readonly SimulatedEvse[];
  operative = true;
  private readonly sleeper: Sleeper;
  private power: Power = 'off';
  private network = true;
  private link: StationLink | undefined;
  private mustBoot = true;
  /** Which of the addresses is next. */
  private door: number;
  private failures = 0;
  private timer: TimerHandle | undefined;
  private interval: TimerHandle | undefined;
  private diagnostics: (typeof DIAGNOSTICS_STEPS)[number] | 'Idle' = 'Idle';
  private firmware: (typeof FIRMWARE_STEPS)[number] | 'Idle' = 'Idle';

  constructor(
    private readonly o: StationOptions,
    private readonly around: Surroundings,
  ) {
    const { clock, timers, pace, log, seed, keep } = around;
    const profile = profileOf(o.profile ?? 'normal');
    const chance = new Chance(seed, `${o.tenant}/${o.identity}`);
    const evses = o.evses ?? [{}];
    this.door = chance.integer(0, around.urls.length - 1);
    const configuration = new StationConfiguration({ NumberOfConnectors: String(evses.length), ...profile.configuration });
    const ledger = new StationLedger(o.tenant, o.identity, { keep });
    const name = { tenant: o.tenant, identity: o.identity };
    this.sleeper = new Sleeper(clock, timers);
    this.parts = {
      name,
      profile,
      pace,
      configuration,
      ledger,
      chance,
      clock,
      timers,
      log,
      sleeper: this.sleeper,
      stationClock: new StationClock(clock, profile.clock, profile.quirks.zone),
      desk: new CallDesk({ profile, configuration, ledger, chance, clock, timers, secondMs: pace.secondMs }),
    };
    this.evses = evses.map((evse, i) => new SimulatedEvse(i + 1, evse, this.parts, ({ connectorId }) => this.reportStatus(connectorId)));
  }

  get identity(): string {
    return this.o.identity;
  }

  get ledger(): StationLedger {
    return this.parts.ledger;
  }

  /** True while the central system has accepted the station on an open socket. */
  get online(): boolean {
    return this.parts.desk.online;
  }

  /** True when every message it had to send is answered or given up. */
  get drained(): boolean {
    return this.parts.desk.idle;
  }

  /** Power comes: connects, boots, and cars come if the profile says so. */
  start(): void {
    if (this.power !== 'off') return;
    this.power = 'on';
    this.connect();
    const { charging, outages } = this.parts.profile;
    if (charging.automatic) for (const evse of this.evses) void chargingCycle(evse, this.parts, this.around.idTokens);
    if (outages) void this.outages(outages);
  }

  /** No more cars come and the network stays: what runs is ended, and messages go on being sent. */
  settle(): void {
    this.sleeper.end();
    this.network = true;
    for (const evse of this.evses) evse.unplug();
    if (this.power === 'on' && this.link === undefined) this.connect();
  }

  /** Power off for good: closes the socket and forgets every timer. Messages that are still waiting stay in the ledger as such. */
  stop(): void {
    this.power = 'off';
    this.sleeper.end();
    this.clearTimer();
    this.clearInterval();
    for (const evse of this.evses) evse.end();
    this.link?.close(1000, 'station stops');
    this.parts.desk.stop();
  }

  /** The network goes away without a word. */
  cutNetwork(): void {
    this.network = false;
    this.link?.cut();
  }

  restoreNetwork(): void {
    this.network = true;
    this.failures = 0;
    this.connect();
  }

  /** Closes the socket in good order; the station comes back by itself. */
  disconnect(code = 1000): void {
    this.link?.close(code, '');
  }

  /** Power fails and comes back: transactions end with `PowerLoss`, as the station knows once it has power again. */
  losePower(): void {
    this.restart('PowerLoss');
  }

  reboot(reason: 'SoftReset' | 'HardReset'): void {
    this.restart(reason);
  }

  /** Writes a text on the socket as it is. */
  write(text: string): void {
    this.link?.write(text);
  }

  boot(): void {
    void this.sendBoot();
  }

  heartbeat(): void {
    void this.parts.desk.ask('Heartbeat', {}, { always: true });
  }

  reportStatus(connectorId: number): void {
    const { desk, stationClock } = this.parts;
    if (!desk.online) return;
    const status = connectorId === 0 ? (this.operative ? 'Available' : 'Unavailable') : this.evses[connectorId - 1]?.status;
    if (status === undefined) return;
    const payload: RequestOf<'StatusNotification'> = { connectorId, errorCode: 'NoError', status, timestamp: stationClock.timestamp() };
    void desk.ask('StatusNotification', payload, { always: true });
  }

  diagnosticsStatus(): 'Idle' | 'Uploading' | 'Uploaded' {
    return this.diagnostics === 'Uploaded' ? 'Idle' : this.diagnostics;
  }

  firmwareStatus(): (typeof FIRMWARE_STEPS)[number] | 'Idle' {
    return this.firmware;
  }

  upload(): void {
    void this.inSteps(DIAGNOSTICS_STEPS, (status) => {
      this.diagnostics = status;
      void this.parts.desk.ask('DiagnosticsStatusNotification', { status });
    });
  }

  install(): void {
    void this.inSteps(FIRMWARE_STEPS, (status) => {
      this.firmware = status;
      void this.parts.desk.ask('FirmwareStatusNotification', { status });
    });
  }

  private async inSteps<T>(steps: readonly T[], take: (step: T) => void): Promise<void> {
    for (const step of steps) {
      if (!(await this.sleeper.sleep(this.parts.pace.secondMs))) return;
      take(step);
    }
  }

  private async outages(o: NonNullable<StationParts['profile']['outages']>): Promise<void> {
    const { chance, pace } = this.parts;
    const scale = 1_000 / pace.speed;
    while (await this.sleeper.sleep(chance.between(o.everyS) * scale)) {
      this.cutNetwork();
      if (!(await this.sleeper.sleep(chance.between(o.forS) * scale))) return;
      this.restoreNetwork();
    }
  }

  private restart(reason: StopReason): void {
    if (this.power !== 'on') return;
    this.power = 'rebooting';
    for (const evse of this.evses) evse.stop(reason);
    this.clearTimer();
    if (reason === 'SoftReset') this.link?.close(1000, 'reset');
    else this.link?.cut();
    const { timers, profile, pace } = this.parts;
    this.timer = timers.setTimeout(() => {
      this.power = 'on';
      this.mustBoot = true;
      this.connect();
    }, profile.rebootS * pace.secondMs);
  }

  private connect(): void {
    if (this.power !== 'on' || !this.network || this.link !== undefined) return;
    this.clearTimer();
    const { around, parts } = this;
    const base = around.urls[this.door % around.urls.length] ?? '';
    this.door += 1;
    const { callTimeoutMs, handshakeTimeoutMs } = parts.profile.connection;
    const path = [parts.name.tenant, parts.name.identity].filter((part) => part !== '').map(encodeURIComponent);
    const link: StationLink = new StationLink(
      {
        url: [base.replace(/\/$/, ''), ...path].join('/'),
        identity: this.identity,
        ...(this.o.password !== undefined && { password: this.o.password }),
        subprotocols: SUBPROTOCOLS,
        callTimeoutMs,
        handshakeTimeoutMs,
        pingEveryMs: parts.configuration.count('WebSocketPingInterval') * parts.pace.secondMs,
        clock: around.clock,
        timers: around.timers,
        newId: () => parts.chance.uuid(),
      },
      {
        opened: () => this.opened(link),
        closed: (reason) => this.closed(link, reason),
        asked: (action: Ocpp16Action, rawFrame: string) => answerCommand(this, action, rawFrame),
      },
    );
    this.link = link;
  }

  private opened(link: StationLink): void {
    if (this.link !== link) return;
    this.parts.desk.attach(link);
    this.parts.log.debug('station.connected', this.parts.name);
    if (this.mustBoot || this.parts.profile.bootsOnReconnect) this.boot();
    else this.accepted(this.parts.configuration.count('HeartbeatInterval'));
  }

  private closed(link: StationLink, reason: { code: number; status?: number }): void {
    if (this.link !== link) return;
    this.link = undefined;
    this.parts.desk.detach();
    this.clearInterval();
    this.parts.log.debug('station.disconnected', { ...this.parts.name, ...reason });
    if (this.power !== 'on' || !this.network) return;
    const { reconnectMinMs, reconnectMaxMs } = this.parts.profile.connection;
    const most = Math.min(reconnectMaxMs, reconnectMinMs * 2 ** Math.min(this.failures, 16));
    this.failures += 1;
    // Full jitter above half: thousands of stations that lost one gateway must not come back in step.
    this.timer = this.parts.timers.setTimeout(() => this.connect(), most / 2 + (this.parts.chance.next() * most) / 2);
  }

  private async sendBoot(): Promise<void> {
    const { desk, name, log } = this.parts;
    const outcome = await desk.ask('BootNotification', this.bootNotification(), { always: true });
    if (outcome.outcome === 'connection-lost') return;
    const { status, interval } = (outcome.outcome === 'answered' ? outcome.payload : {}) as Partial<ResponseOf<'BootNotification'>>;
    if (status === 'Accepted') {
      this.mustBoot = false;
      this.accepted(interval ?? 0);
      return;
    }
    log.info('station.not-accepted', { ...name, outcome: outcome.outcome, status });
    desk.accept(false);
    this.every(interval && interval > 0 ? interval : OWN_BOOT_INTERVAL_S, () => this.boot());
  }

  private accepted(heartbeatS: number): void {
    this.failures = 0;
    this.parts.configuration.change('HeartbeatInterval', String(heartbeatS));
    this.parts.desk.accept(true);
    for (let connectorId = 0; connectorId <= this.evses.length; connectorId++) this.reportStatus(connectorId);
    this.beat();
  }

  private beat(): void {
    const everyS = this.parts.configuration.count('HeartbeatInterval');
    if (everyS <= 0) return this.clearInterval();
    this.every(everyS, () => {
      this.heartbeat();
      this.beat();
    });
  }

  private every(seconds: number, run: () => void): void {
    this.clearInterval();
    this.interval = this.parts.timers.setTimeout(run, seconds * this.parts.pace.secondMs);
  }

  private clearInterval(): void {
    if (this.interval !== undefined) this.parts.timers.clear(this.interval);
    this.interval = undefined;
  }

  private clearTimer(): void {
    if (this.timer !== undefined) this.parts.timers.clear(this.timer);
    this.timer = undefined;
  }

  private bootNotification(): RequestOf<'BootNotification'> {
    const { vendor = 'Ampline', model = 'Simulated AC 22' } = this.o;
    return {
      chargePointVendor: vendor.slice(0, 20),
      chargePointModel: model.slice(0, 20),
      chargePointSerialNumber: this.identity.slice(0, 25),
      firmwareVersion: FIRMWARE_VERSION,
      meterType: 'Simulated meter',
    };
  }
}
