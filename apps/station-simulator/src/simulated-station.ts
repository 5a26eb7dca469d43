import type { Ocpp16Action, RequestOf, ResponseOf, StopReason } from '@ampline/protocol-ocpp';
import type { TimerHandle } from '@ampline/kernel-time';
import { AuthorizationCache } from './authorization-cache.js';
import { CallDesk } from './call-desk.js';
import { Chance } from './chance.js';
import { chargingCycle } from './charging-cycle.js';
import { ClockAlignedMeter } from './clock-aligned-meter.js';
import type { CommandedStation } from './commands/command-handler.js';
import { StationConfiguration } from './configuration.js';
import { FileUploads } from './files/file-uploads.js';
import { FirmwareUpdates } from './files/firmware-updates.js';
import type { StationHost } from './files/station-host.js';
import { StationLedger } from './ledger.js';
import { LocalList } from './local-list.js';
import { profileOf } from './profile.js';
import { Reservations } from './reservations.js';
import { ConnectionSecurity } from './security/connection-security.js';
import { isCritical } from './security/security-events.js';
import { StationSecurity } from './security/station-security.js';
import { SimulatedEvse } from './simulated-evse.js';
import { Sleeper } from './sleeper.js';
import { ChargingProfiles } from './smart-charging/charging-profiles.js';
import { StationClock } from './station-clock.js';
import { answerCommand } from './station-commands.js';
import { StationLink, type LinkOptions } from './station-link.js';
import type { StationOptions, Surroundings } from './station-options.js';
import type { StationParts } from './station-parts.js';

const SUBPROTOCOLS = ['ocpp1.6'];
/** Seconds until the next BootNotification when nobody named an interval. */
const OWN_BOOT_INTERVAL_S = 15;
type Power = 'off' | 'on' | 'rebooting';

/** One OCPP 1.6J charging station, as its firmware behaves. */
export class SimulatedStation implements CommandedStation, StationHost {
  readonly parts: StationParts;
  readonly evses: readonly SimulatedEvse[];
  readonly uploads: FileUploads;
  readonly firmware: FirmwareUpdates;
  readonly security: StationSecurity;
  readonly connection: ConnectionSecurity;
  operative = true;
  private readonly sleeper: Sleeper;
  private readonly alignedMeter: ClockAlignedMeter;
  private power: Power = 'off';
  private network = true;
  private link: StationLink | undefined;
  private mustBoot = true;
  /** Which of the addresses is next. */
  private door: number;
  private failures = 0;
  private timer: TimerHandle | undefined;
  private interval: TimerHandle | undefined;

  constructor(
    private readonly o: StationOptions,
    private readonly around: Surroundings,
  ) {
    const { clock, timers, pace, log, seed, keep } = around;
    const profile = profileOf(o.profile ?? 'normal');
    const chance = new Chance(seed, `${o.tenant}/${o.identity}`);
    const evses = o.evses ?? [{}];
    this.door = chance.integer(0, around.urls.length - 1);
    const configuration = new StationConfiguration({
      NumberOfConnectors: String(evses.length),
      SecurityProfile: String(o.securityProfile ?? (o.password === undefined ? 0 : 1)),
      ...(o.password !== undefined && { AuthorizationKey: o.password }),
      ...profile.configuration,
    });
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
      localList: new LocalList(configuration),
      cache: new AuthorizationCache(configuration),
      reservations: new Reservations({ clock, timers, configuration }, () => this.evses),
      chargingProfiles: new ChargingProfiles(configuration, () => this.evses),
    };
    this.alignedMeter = new ClockAlignedMeter(this.parts, () => this.evses);
    this.security = new StationSecurity(this.parts, o.ca, o.certificate);
    this.connection = new ConnectionSecurity(configuration, this.security, around.tlsUrls.length > 0);
    this.uploads = new FileUploads(this, () => this.security.log());
    this.firmware = new FirmwareUpdates(this, this.security);
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

  get trusted(): readonly string[] {
    return this.security.trusted;
  }

  /** True when every message it had to send is answered or given up. */
  get drained(): boolean {
    return this.parts.desk.idle;
  }

  /** Power comes: connects, boots, and cars come if the profile says so. */
  start(): void {
    if (this.power !== 'off') return;
    this.power = 'on';
    this.alignedMeter.schedule();
    this.connect();
    const { charging, outages } = this.parts.profile;
    if (charging.automatic) for (const evse of this.evses) void chargingCycle(evse, this.parts, this.around.idTokens);
    if (outages) void this.outages(outages);
  }

  /** No more cars come and the network stays: what runs is ended, and messages go on being sent. */
  settle(): void {
    this.sleeper.end();
    this.alignedMeter.end();
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
    this.parts.reservations.end();
    this.alignedMeter.end();
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

  reboot(reason: 'SoftReset' | 'HardReset' | 'Reboot'): void {
    this.restart(reason);
  }

  /** Closes the socket in good order, and comes back with what it connects with from now on. */
  reconnect(): void {
    this.disconnect(1000);
  }

  /** A configuration key has another value. */
  configured(): void {
    this.alignedMeter.schedule();
  }

  securityEvent(type: string, techInfo?: string): void {
    if (this.parts.profile.securityEvents && isCritical(type)) this.tellSecurityEvent(type, techInfo);
    else this.security.record(type, techInfo);
  }

  /** SecurityEventNotification; kept while offline. */
  tellSecurityEvent(type: string, techInfo?: string): void {
    this.security.record(type, techInfo);
    const { desk, stationClock } = this.parts;
    desk.inform('SecurityEventNotification', {
      type,
      timestamp: stationClock.timestamp(),
      ...(techInfo !== undefined && { techInfo: techInfo.slice(0, 255) }),
    });
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
    this.securityEvent('ResetOrReboot', reason);
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
    const { profile: securityProfile, password } = this.connection;
    const doors = securityProfile >= 2 && around.tlsUrls.length > 0 ? around.tlsUrls : around.urls;
    const base = doors[this.door % doors.length] ?? '';
    this.door += 1;
    const { callTimeoutMs, handshakeTimeoutMs } = parts.profile.connection;
    const path = [parts.name.tenant, parts.name.identity].filter((part) => part !== '').map(encodeURIComponent);
    const link: StationLink = new StationLink(
      {
        url: [base.replace(/\/$/, ''), ...path].join('/'),
        identity: this.identity,
        ...(password !== undefined && { password }),
        ...(base.startsWith('wss:') && { tls: this.tls(securityProfile) }),
        subprotocols: parts.profile.quirks.noSubprotocol ? [] : SUBPROTOCOLS,
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

  private tls(securityProfile: number): NonNullable<LinkOptions['tls']> {
    const { certificate, trusted: ca } = this.security;
    return securityProfile === 3 && certificate !== undefined ? { ca, key: certificate.key, cert: certificate.chain } : { ca };
  }

  private opened(link: StationLink): void {
    if (this.link !== link) return;
    this.connection.connected();
    this.parts.desk.attach(link);
    this.parts.log.debug('station.connected', this.parts.name);
    if (this.mustBoot || this.parts.profile.bootsOnReconnect) this.boot();
    else this.accepted(this.parts.configuration.count('HeartbeatInterval'));
  }

  private closed(link: StationLink, reason: { code: number; status?: number }): void {
    if (this.link !== link) return;
    this.link = undefined;
    this.connection.failed();
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
      if (this.mustBoot) this.securityEvent('StartupOfTheDevice');
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
      firmwareVersion: this.firmware.version.slice(0, 50),
      meterType: 'Simulated meter',
    };
  }
}
