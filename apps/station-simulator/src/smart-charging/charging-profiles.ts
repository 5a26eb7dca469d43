import type { ChargingProfile, RequestOf, ResponseOf } from '@ampline/protocol-ocpp';
import type { StationConfiguration } from '../configuration.js';
import type { SimulatedEvse } from '../simulated-evse.js';
import { inUnit, type ChargingRateUnit } from './charging-rate.js';
import { acceptable } from './profile-rules.js';
import { changesOf, limitOf, type InstalledProfile } from './schedule.js';

type Purpose = ChargingProfile['chargingProfilePurpose'];

/** A span of a composite schedule; `limitW` undefined: nothing limits. */
interface Span {
  fromMs: number;
  limitW: number;
}

/** The charging profiles of one station, stacked as OCPP 1.6 §3.13 says. They survive a reset, except those of a transaction. */
export class ChargingProfiles {
  /** Most stations have none. */
  private installed: InstalledProfile[] | undefined;

  constructor(
    private readonly configuration: StationConfiguration,
    private readonly evses: () => readonly SimulatedEvse[],
  ) {}

  get empty(): boolean {
    return this.installed === undefined;
  }

  /** SetChargingProfile (§5.16): takes the place of one with the same id, or of the same purpose, level and connector. */
  set({ connectorId, csChargingProfiles: profile }: RequestOf<'SetChargingProfile'>): ResponseOf<'SetChargingProfile'>['status'] {
    const running = this.evse(connectorId)?.running?.ledger;
    const known = connectorId === 0 || this.evse(connectorId) !== undefined;
    if (!known || !acceptable(profile, connectorId, running, this.configuration)) return 'Rejected';
    const next: InstalledProfile = {
      connectorId,
      profile,
      ...(profile.chargingProfilePurpose === 'TxProfile' && { transaction: running?.number ?? 0 }),
    };
    const rest = (this.installed ?? []).filter((other) => !replaces(next, other));
    if (rest.length >= this.configuration.count('MaxChargingProfilesInstalled')) return 'Rejected';
    this.change([...rest, next]);
    return 'Accepted';
  }

  /** ClearChargingProfile (§5.3). @returns whether one matched */
  clear({ id, connectorId, chargingProfilePurpose, stackLevel }: RequestOf<'ClearChargingProfile'>): boolean {
    const matches = (one: InstalledProfile) =>
      (id === undefined || one.profile.chargingProfileId === id) &&
      (connectorId === undefined || one.connectorId === connectorId) &&
      (chargingProfilePurpose === undefined || one.profile.chargingProfilePurpose === chargingProfilePurpose) &&
      (stackLevel === undefined || one.profile.stackLevel === stackLevel);
    const rest = (this.installed ?? []).filter((one) => !matches(one));
    const matched = rest.length < (this.installed?.length ?? 0);
    if (matched) this.change(rest);
    return matched;
  }

  /** A TxProfile ends with its transaction. */
  transactionEnded(connectorId: number): void {
    if (this.installed === undefined) return;
    const rest = this.installed.filter((one) => one.connectorId !== connectorId || one.profile.chargingProfilePurpose !== 'TxProfile');
    if (rest.length < this.installed.length) this.change(rest);
  }

  /** What an EVSE may draw, in W; undefined when nothing limits it. A limit of the whole station is shared by those that charge. */
  limitW(evse: SimulatedEvse, atMs: number): number | undefined {
    if (this.installed === undefined) return undefined;
    const whole = this.best('ChargePointMaxProfile', 0, atMs, atMs);
    const charging = Math.max(1, this.evses().filter(({ running }) => running !== undefined).length);
    const limits = [this.ownLimitW(evse, atMs), whole && whole / charging].filter((limit) => limit !== undefined);
    return limits.length === 0 ? undefined : Math.min(...limits);
  }

  /** GetCompositeSchedule (§5.7); of connector 0: what the station may draw from the grid. */
  composite(request: RequestOf<'GetCompositeSchedule'>, nowMs: number): ResponseOf<'GetCompositeSchedule'> {
    const { connectorId, duration, chargingRateUnit = 'W' } = request;
    if (connectorId !== 0 && this.evse(connectorId) === undefined) return { status: 'Rejected' };
    const scheduleStart = new Date(nowMs).toISOString();
    return {
      status: 'Accepted',
      connectorId,
      scheduleStart,
      chargingSchedule: {
        duration,
        startSchedule: scheduleStart,
        chargingRateUnit,
        chargingSchedulePeriod: this.spans(connectorId, nowMs, nowMs + duration * 1_000).map(({ fromMs, limitW }) => ({
          startPeriod: Math.round((fromMs - nowMs) / 1_000),
          ...limitIn(chargingRateUnit, limitW),
        })),
      },
    };
  }

  private spans(connectorId: number, fromMs: number, toMs: number): Span[] {
    const relativeTo = (one: InstalledProfile) => this.evse(one.connectorId)?.chargingSinceMs ?? fromMs;
    const moments = (this.installed ?? []).flatMap((one) => changesOf(one, fromMs, toMs, relativeTo(one)));
    const spans = [...new Set([fromMs, ...moments])]
      .sort((a, b) => a - b)
      .map((at) => ({ fromMs: at, limitW: this.drawnAtMostW(connectorId, at, fromMs) }));
    return spans.filter((span, i) => i === 0 || span.limitW !== spans[i - 1]?.limitW);
  }

  private drawnAtMostW(connectorId: number, atMs: number, nowMs: number): number {
    const evses = this.evses().filter((evse) => connectorId === 0 || evse.connectorId === connectorId);
    const sum = evses.reduce((total, evse) => total + Math.min(evse.maxPowerW, this.ownLimitW(evse, atMs, nowMs) ?? Infinity), 0);
    return Math.min(sum, this.best('ChargePointMaxProfile', 0, atMs, atMs) ?? Infinity);
  }

  /** A TxProfile takes the place of a TxDefaultProfile, one of the connector that of all connectors. */
  private ownLimitW(evse: SimulatedEvse, atMs: number, nowMs = atMs): number | undefined {
    const { connectorId, chargingSinceMs = nowMs } = evse;
    return (
      this.best('TxProfile', connectorId, atMs, chargingSinceMs) ??
      this.best('TxDefaultProfile', connectorId, atMs, chargingSinceMs) ??
      this.best('TxDefaultProfile', 0, atMs, chargingSinceMs)
    );
  }

  /** Of the profiles that say something about the moment, the one of the highest stack level counts. */
  private best(purpose: Purpose, connectorId: number, atMs: number, relativeToMs: number): number | undefined {
    let level = -1;
    let limitW: number | undefined;
    for (const one of this.installed ?? []) {
      const { chargingProfilePurpose, stackLevel } = one.profile;
      if (one.connectorId !== connectorId || chargingProfilePurpose !== purpose || stackLevel <= level) continue;
      const limit = limitOf(one, atMs, relativeToMs);
      if (limit === undefined) continue;
      level = stackLevel;
      limitW = limit;
    }
    return limitW;
  }

  /** What was drawn until now was drawn under the limits of until now. */
  private change(next: InstalledProfile[]): void {
    for (const evse of this.evses()) evse.readMeter();
    this.installed = next.length > 0 ? next : undefined;
    for (const evse of this.evses()) evse.showLimit();
  }

  private evse(connectorId: number): SimulatedEvse | undefined {
    return this.evses()[connectorId - 1];
  }
}

function replaces(next: InstalledProfile, old: InstalledProfile): boolean {
  if (next.profile.chargingProfileId === old.profile.chargingProfileId) return true;
  return (
    next.connectorId === old.connectorId &&
    next.profile.chargingProfilePurpose === old.profile.chargingProfilePurpose &&
    next.profile.stackLevel === old.profile.stackLevel &&
    next.transaction === old.transaction
  );
}

function limitIn(unit: ChargingRateUnit, limitW: number) {
  return { limit: inUnit(unit, limitW), ...(unit === 'A' && { numberPhases: 3 }) };
}
