import type { SocketReport } from '@ampline/contracts';
import { systemTimers, type Clock } from '@ampline/kernel-time';
import type { Bus } from '@ampline/platform-nats';
import type { Outbox } from '@ampline/platform-outbox';
import { PartitionKeeper, type Database } from '@ampline/platform-postgres';
import type { Telemetry } from '@ampline/platform-telemetry';
import { MessageArchive } from '../messages/message-archive.js';
import { OddityService } from '../messages/oddity-service.js';
import { partitionedTables, type RetentionOptions } from '../messages/retention.js';
import type { WatchedStations } from '../messages/watched-stations.js';
import { FingerprintPruning } from '../metering/fingerprint-pruning.js';
import { GroupCommit } from '../metering/group-commit.js';
import { LiveSessions } from '../metering/live-sessions.js';
import { MeterBatch, type BatchItem } from '../metering/meter-batch.js';
import { MeterTelemetryPublisher } from '../metering/meter-telemetry.js';
import { UnknownStations } from '../onboarding/unknown-stations.js';
import { Admission, type AdmissionOptions } from '../presence/admission.js';
import { Gateways } from '../presence/gateways.js';
import { PresenceService } from '../presence/presence-service.js';
import { PresenceStore } from '../presence/presence-store.js';
import { presenceLease, SilentGateways } from '../presence/silent-gateways.js';
import type { StationRoutings } from '../routing/station-routings.js';
import { MissingStops, missingStopsLease } from '../transactions/missing-stops.js';
import type { AfterBoot } from './after-boot.js';
import { BatchIntake } from './batch-intake.js';
import { CallIntake } from './call-intake.js';
import { CallService } from './call-service.js';
import { Gate } from './gate.js';
import type { BootInterval } from './handlers/boot-notification.js';
import { KeptCalls } from './kept-calls.js';
import { routes } from './routes.js';
import { SerialIntake } from './serial-intake.js';
import { StationSeen } from './station-seen.js';
import { StationManners } from './station-manners.js';

/** Names as in the service's configuration. */
export interface StationPathOptions extends AdmissionOptions, RetentionOptions, BootInterval {
  gatewaySilenceS: number;
  missingStopGraceS: number;
  meterBatchSize: number;
  meterBatchDelayMs: number;
  meterBatchesInFlight: number;
  /** Database connections of the worker role. */
  poolWorker: number;
}

export interface StationPathParts {
  db: Database;
  bus: Bus;
  outbox: Outbox;
  clock: Clock;
  telemetry: Telemetry;
  /** This process, new at each start: holder of leases. */
  instance: string;
  afterBoot: AfterBoot;
  watched: WatchedStations;
  /** Where calls go. */
  routings: StationRoutings;
  options: StationPathOptions;
}

interface Part {
  start(): void | Promise<void>;
  stop(): Promise<void>;
}

/** How many calls may wait for their commit at once, per replica. */
const CALLS_AT_ONCE = 2_000;
/** Connections that single calls leave to presence, leases, relay and projections. */
const CONNECTIONS_LEFT = 3;
const REPORTS_AT_ONCE = 500;
const LOOK_FOR_SILENCE_EVERY_MS = 1_000;
const LOOKS_FOR_MISSING_STOPS_IN_GRACE = 6;
const RAREST_LOOK_FOR_MISSING_STOPS_MS = 10_000;

/** Everything between the subjects of the station path and the tables of the intake. */
export class StationPath {
  private constructor(
    private readonly parts: readonly Part[],
    readonly manners: StationManners,
  ) {}

  static create(o: StationPathParts): StationPath {
    const archive = new MessageArchive(o.watched);
    const seen = new StationSeen(o.db, systemTimers, o.telemetry);
    const manners = new StationManners(o.db, systemTimers, o.telemetry);
    const parts: Part[] = [
      new PartitionKeeper(o.db, partitionedTables(o.options), o.telemetry),
      { start: () => undefined, stop: () => seen.stop() },
      manners,
      ...callParts(o, archive, seen, manners),
      ...presenceParts(o),
      new OddityService(o.bus, o.db, archive, o.clock),
      missingStops(o),
      new FingerprintPruning(o.db, o.instance, o.telemetry),
    ];
    return new StationPath(parts, manners);
  }

  /** In order: a call is served when all it needs is there. */
  async start(): Promise<void> {
    for (const part of this.parts) await part.start();
  }

  /** In the reverse order; answers what was begun. */
  async stop(): Promise<void> {
    for (const part of this.parts.toReversed()) await part.stop();
  }
}

function callParts(
  { db, bus, outbox, clock, telemetry, afterBoot, options }: StationPathParts,
  archive: MessageArchive,
  seen: StationSeen,
  manners: StationManners,
): Part[] {
  const batch = new MeterBatch({
    db,
    archive,
    manners,
    sessions: new LiveSessions(outbox),
    telemetry: new MeterTelemetryPublisher(bus),
    outbox,
    clock,
  });
  const writer = new GroupCommit<BatchItem>({
    batchSize: options.meterBatchSize,
    delayMs: options.meterBatchDelayMs,
    inFlight: options.meterBatchesInFlight,
    commit: (items) => batch.write(items),
    timers: systemTimers,
  });
  const table = routes({ batch: new BatchIntake(writer, clock), interval: options, afterBoot });
  const intake = new CallIntake(
    {
      routes: table,
      serial: new SerialIntake(db, archive, outbox, clock, telemetry.logger),
      kept: new KeptCalls(db, archive, outbox, clock),
      gate: new Gate(Math.max(1, options.poolWorker - options.meterBatchesInFlight - CONNECTIONS_LEFT)),
      policyFor: (stationId) => (manners.isStrict(stationId) ? 'strict' : 'lenient'),
    },
    clock,
    telemetry,
  );
  return [new CallService({ bus, intake, seen, clock, telemetry }, { concurrency: CALLS_AT_ONCE })];
}

function presenceParts({ db, bus, outbox, clock, telemetry, instance, routings, options }: StationPathParts): Part[] {
  const store = new PresenceStore(db, outbox, clock);
  const reports = new GroupCommit<SocketReport>({
    batchSize: REPORTS_AT_ONCE,
    delayMs: options.meterBatchDelayMs,
    inFlight: 1,
    commit: (items) => store.apply(items),
    timers: systemTimers,
  });
  const gateways = new Gateways(db, store, clock, telemetry);
  const lease = presenceLease(db, instance, telemetry);
  const silence = { silenceMs: options.gatewaySilenceS * 1_000, lookEveryMs: LOOK_FOR_SILENCE_EVERY_MS };
  const strangers = new UnknownStations({ db, outbox, clock, timers: systemTimers, telemetry });
  return [
    strangers,
    new PresenceService(
      bus,
      new Admission({ db, routings, strangers, clock, timers: systemTimers, telemetry }, options),
      gateways,
      reports,
    ),
    new SilentGateways({ db, bus, store, lease, clock }, silence, telemetry),
  ];
}

function missingStops({ db, outbox, clock, telemetry, instance, options }: StationPathParts): MissingStops {
  const lease = missingStopsLease(db, instance, telemetry);
  const graceMs = options.missingStopGraceS * 1_000;
  const timing = { graceMs, lookEveryMs: Math.min(RAREST_LOOK_FOR_MISSING_STOPS_MS, graceMs / LOOKS_FOR_MISSING_STOPS_IN_GRACE) };
  return new MissingStops({ db, outbox, lease, clock }, timing, telemetry);
}
