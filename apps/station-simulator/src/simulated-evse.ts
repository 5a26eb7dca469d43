import type { ConnectorStatus, IdTagInfo, MeterValue, RequestOf, StopReason } from '@ampline/protocol-ocpp';
import type { TimerHandle } from '@ampline/kernel-time';
import { EnergyMeter, type Vehicle } from './energy-meter.js';
import type { LedgerTransaction } from './ledger.js';
import { meterValue } from './meter-values.js';
import { stopTransactionId } from './quirks.js';
import type { StationParts } from './station-parts.js';

export interface EvseOptions {
  /** Default 22,000. */
  maxPowerW?: number;
  /** Register of a meter that was used before; default by chance. */
  initialRegisterWh?: number;
  /** The meter signs: the text of a record over both readings, which comes with the end of each transaction (`SignedData`). */
  sign?: (reading: SignedReading) => string;
}

/** What a meter puts its signature under. */
export interface SignedReading {
  idToken: string;
  begin: RegisterReading;
  end: RegisterReading;
}

interface RegisterReading {
  /** ISO 8601, by the station's clock. */
  at: string;
  registerWh: number;
}

/** A transaction that runs. */
export interface RunningTransaction {
  readonly ledger: LedgerTransaction;
  /** Milliseconds since 1970, true time. */
  readonly sinceMs: number;
  readonly begin: MeterValue;
}

/** Firmware has no endless memory: with this much queued, readings between start and stop are no longer recorded. */
const MOST_QUEUED = 1_000;
const DEFAULT_POWER_W = 22_000;
const LOOK_AT_LIMIT_EVERY_MS = 1_000;

/** One EVSE with one connector: the cable, the meter, the transaction. */
export class SimulatedEvse {
  readonly meter: EnergyMeter;
  readonly maxPowerW: number;
  running: RunningTransaction | undefined;
  /** ChangeAvailability, and what becomes of it when the transaction has ended. */
  operative = true;
  private reserved = false;
  private vehicle: Vehicle | undefined;
  private shown: ConnectorStatus = 'Available';
  private sampling: TimerHandle | undefined;
  private limitLook: TimerHandle | undefined;
  private readonly sign: EvseOptions['sign'];

  constructor(
    readonly connectorId: number,
    o: EvseOptions,
    private readonly parts: StationParts,
    private readonly statusChanged: (evse: SimulatedEvse) => void,
  ) {
    const initialWh = o.initialRegisterWh ?? parts.chance.integer(10_000, 5_000_000);
    this.maxPowerW = o.maxPowerW ?? DEFAULT_POWER_W;
    this.sign = o.sign;
    this.meter = new EnergyMeter(initialWh, this.maxPowerW, parts.pace.speed, (atMs) => this.limitW(atMs));
  }

  get status(): ConnectorStatus {
    return this.shown;
  }

  get pluggedIn(): boolean {
    return this.vehicle !== undefined;
  }

  /** When the running transaction began, in milliseconds since 1970 (true time). */
  get chargingSinceMs(): number | undefined {
    return this.running?.sinceMs;
  }

  /** Nobody is here and somebody may come. */
  get free(): boolean {
    return !this.pluggedIn && this.running === undefined && this.operative;
  }

  plugIn(): void {
    if (this.vehicle !== undefined) return;
    const { chance, profile } = this.parts;
    const { capacityWh, stateOfCharge } = profile.charging;
    const most = chance.pick([7_400, 11_000, 22_000, 150_000]) ?? 11_000;
    this.vehicle = { capacityWh: chance.between(capacityWh), stateOfCharge: chance.between(stateOfCharge), maxPowerW: most };
    if (!this.reserved) this.show('Preparing');
  }

  /** Ends the transaction as well (StopTransactionOnEVSideDisconnect). */
  unplug(): void {
    if (this.running !== undefined) this.stop('EVDisconnected');
    this.vehicle = undefined;
    this.show(this.atRest());
  }

  /** Kept for somebody: shown while nobody charges. */
  setReserved(reserved: boolean): void {
    if (this.reserved === reserved) return;
    this.reserved = reserved;
    if (this.running === undefined && this.shown !== 'Finishing') this.show(this.atRest());
  }

  /** Starts a transaction with a token that somebody has accepted, or that nobody could judge. A reservation it has is used up. */
  start(idToken: string, parentIdToken?: string): LedgerTransaction {
    const { parts, connectorId } = this;
    this.plugIn();
    const startedAt = parts.stationClock.timestamp();
    const ledger = parts.ledger.begin({ connectorId, idToken, startedAt, meterStartWh: this.meter.registerWh });
    const sinceMs = parts.clock.now().getTime();
    this.running = {
      ledger,
      sinceMs,
      begin: this.reading('Transaction.Begin', parts.configuration.list('StopTxnSampledData'), startedAt, ledger),
    };
    if (this.vehicle !== undefined) this.meter.close(parts.clock.monotonicMs(), this.vehicle);
    const reservationId = parts.reservations.use(connectorId, { idToken, parentIdToken });
    const payload: RequestOf<'StartTransaction'> = {
      connectorId,
      idTag: idToken,
      timestamp: startedAt,
      meterStart: ledger.meterStartWh,
      ...(reservationId !== undefined && { reservationId }),
    };
    parts.desk.keep({ ledger: ledger.start, payload: () => payload, settled: (answer) => this.started(ledger, answer) });
    this.show('Charging');
    this.showLimit();
    this.scheduleSample();
    return ledger;
  }

  stop(reason: StopReason, idToken?: string): void {
    const { running, parts } = this;
    if (running === undefined) return;
    this.meter.open(parts.clock.monotonicMs());
    this.running = undefined;
    this.cancelSample();
    parts.chargingProfiles.transactionEnded(this.connectorId);
    const { ledger, begin } = running;
    const stoppedAt = parts.stationClock.timestamp();
    const stop = parts.ledger.end(ledger, { stoppedAt, meterStopWh: this.meter.registerWh, stopReason: reason });
    const measurands = parts.configuration.list('StopTxnSampledData');
    const data = [
      ...(measurands.length > 0 ? [begin, this.reading('Transaction.End', measurands, stoppedAt, ledger)] : []),
      ...this.signedReading(ledger, stoppedAt),
    ];
    const payload = (): RequestOf<'StopTransaction'> => ({
      transactionId: stopTransactionId(ledger.transactionId, parts.profile.quirks, parts.chance),
      ...(idToken !== undefined && { idTag: idToken }),
      timestamp: stoppedAt,
      meterStop: ledger.meterStopWh ?? 0,
      reason,
      ...(data.length > 0 && { transactionData: data }),
    });
    parts.desk.keep({ ledger: stop, payload });
    this.show(this.operative ? 'Finishing' : 'Unavailable');
  }

  /** MeterValues of the running transaction, or of none. */
  sample(context: 'Sample.Periodic' | 'Sample.Clock' | 'Trigger'): void {
    const { running, parts, connectorId } = this;
    if (parts.desk.queue.length >= MOST_QUEUED) return;
    this.meter.advance(parts.clock.monotonicMs());
    const key = context === 'Sample.Clock' ? 'MeterValuesAlignedData' : 'MeterValuesSampledData';
    const timestamp = parts.stationClock.timestamp();
    const reading = this.reading(context, parts.configuration.list(key), timestamp, running?.ledger);
    const ledger = parts.ledger.message('MeterValues', running && { transaction: running.ledger.number });
    ledger.reading = { at: timestamp, registerWh: this.meter.registerWh };
    parts.desk.keep({
      ledger,
      payload: (): RequestOf<'MeterValues'> => ({
        connectorId,
        ...(running?.ledger.transactionId !== undefined && { transactionId: running.ledger.transactionId }),
        meterValue: [reading],
      }),
    });
  }

  /** ChangeAvailability (OCPP 1.6 §5.2). */
  setOperative(operative: boolean): 'Accepted' | 'Scheduled' {
    this.operative = operative;
    if (this.running !== undefined) return operative ? 'Accepted' : 'Scheduled';
    if (!operative) this.show('Unavailable');
    else if (this.shown === 'Unavailable') this.show(this.atRest());
    return 'Accepted';
  }

  readMeter(): void {
    this.meter.advance(this.parts.clock.monotonicMs());
  }

  /** Whether a charging profile lets nothing through; looked at again while there are profiles, since they change with time. */
  showLimit(): void {
    if (this.limitLook !== undefined) this.parts.timers.clear(this.limitLook);
    this.limitLook = undefined;
    if (this.running === undefined) return;
    if (!this.parts.chargingProfiles.empty) this.limitLook = this.parts.timers.setTimeout(() => this.showLimit(), LOOK_AT_LIMIT_EVERY_MS);
    const halted = this.limitW(this.parts.clock.monotonicMs()) === 0;
    if (halted) this.show('SuspendedEVSE');
    else if (this.shown === 'SuspendedEVSE') this.show('Charging');
  }

  /** Forgets its timers; for the end of the simulation. */
  end(): void {
    this.cancelSample();
    if (this.limitLook !== undefined) this.parts.timers.clear(this.limitLook);
  }

  /** With nobody charging. */
  private atRest(): ConnectorStatus {
    if (!this.operative) return 'Unavailable';
    if (this.reserved) return 'Reserved';
    return this.pluggedIn ? 'Preparing' : 'Available';
  }

  /** @param atMs monotonic */
  private limitW(atMs: number): number | undefined {
    const { chargingProfiles, clock } = this.parts;
    return chargingProfiles.limitW(this, clock.now().getTime() - (clock.monotonicMs() - atMs));
  }

  private started(transaction: LedgerTransaction, answer: Record<string, unknown> | undefined): void {
    if (answer === undefined) return;
    const { transactionId, idTagInfo } = answer as { transactionId?: number; idTagInfo?: IdTagInfo };
    if (typeof transactionId === 'number') transaction.transactionId = transactionId;
    this.parts.cache.learn(transaction.idToken, idTagInfo);
    const invalid = idTagInfo !== undefined && idTagInfo.status !== 'Accepted';
    if (invalid && this.running?.ledger === transaction && this.parts.configuration.isOn('StopTransactionOnInvalidId')) {
      this.stop('DeAuthorized');
    }
  }

  private reading(
    context: 'Transaction.Begin' | 'Transaction.End' | 'Sample.Periodic' | 'Sample.Clock' | 'Trigger',
    measurands: string[],
    timestamp: string,
    transaction: LedgerTransaction | undefined,
  ) {
    const { quirks } = this.parts.profile;
    return meterValue({ timestamp, context, measurands, quirks, sinceWh: transaction?.meterStartWh ?? 0 }, this.meter);
  }

  /** Of the whole transaction, when the meter signs. */
  private signedReading(ledger: LedgerTransaction, stoppedAt: string): MeterValue[] {
    if (this.sign === undefined) return [];
    const value = this.sign({
      idToken: ledger.idToken,
      begin: { at: ledger.startedAt, registerWh: ledger.meterStartWh },
      end: { at: stoppedAt, registerWh: this.meter.registerWh },
    });
    return [{ timestamp: stoppedAt, sampledValue: [{ value, format: 'SignedData', context: 'Transaction.End' }] }];
  }

  private show(status: ConnectorStatus): void {
    if (this.shown === status) return;
    this.shown = status;
    this.statusChanged(this);
  }

  private scheduleSample(): void {
    const everyMs = this.parts.configuration.count('MeterValueSampleInterval') * this.parts.pace.secondMs;
    if (everyMs <= 0) return;
    this.sampling = this.parts.timers.setTimeout(() => {
      this.sample('Sample.Periodic');
      if (this.meter.vehicleIsFull) this.show('SuspendedEV');
      this.scheduleSample();
    }, everyMs);
  }

  private cancelSample(): void {
    if (this.sampling !== undefined) this.parts.timers.clear(this.sampling);
    this.sampling = undefined;
  }
}
