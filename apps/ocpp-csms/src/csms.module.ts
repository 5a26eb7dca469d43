import { AccountsService } from '@ampline/contracts';
import { systemTimers } from '@ampline/kernel-time';
import { AuditTrail } from '@ampline/platform-audit';
import { grpcClient } from '@ampline/platform-grpc';
import { Jobs } from '@ampline/platform-jobs';
import { FactConsumer, Outbox, OutboxRelay, RETENTION_DAYS } from '@ampline/platform-outbox';
import { PartitionKeeper } from '@ampline/platform-postgres';
import { KeyCipher, type ServiceRuntime } from '@ampline/platform-runner';
import { Module, type BeforeApplicationShutdown, type DynamicModule, type OnApplicationBootstrap } from '@nestjs/common';
import { archiveFeature } from './archive/archive.feature.js';
import type { BackgroundPart } from './background-part.js';
import { commandRunsFeature } from './command-runs/command-runs.feature.js';
import { CommandCourier } from './commands/command-courier.js';
import { CommandEffects } from './commands/command-effects.js';
import { CommandPruning } from './commands/command-pruning.js';
import { CommandQueue } from './commands/command-queue.js';
import { CommandReads } from './commands/command-reads.js';
import { CommandSweeper } from './commands/command-sweeper.js';
import { CommandsGrpc } from './commands/commands.grpc.js';
import { CommandTerms } from './commands/command-terms.js';
import { Commands } from './commands/commands.js';
import { settingsPlan, StationSettings } from './commands/station-settings.js';
import type { CsmsConfig } from './config.js';
import { configurationFeature } from './configuration/configuration.feature.js';
import { DesiredSettings } from './configuration/desired-settings.js';
import { ExportGrpc } from './export/export.grpc.js';
import { ExportStore } from './export/export.store.js';
import { DueLoop } from './due-loop.js';
import type { CsmsFeature, FeatureParts } from './feature.js';
import { firmwareFeature } from './firmware/firmware.feature.js';
import { importsFeature } from './imports/imports.feature.js';
import { AfterBoots } from './intake/after-boot.js';
import { StationPath } from './intake/station-path.js';
import { IssueResolution } from './issues/issue-resolution.js';
import { IssueStore } from './issues/issue-store.js';
import { IssuesGrpc } from './issues/issues.grpc.js';
import { WatchedStations } from './messages/watched-stations.js';
import { onboardingFeature } from './onboarding/onboarding.feature.js';
import { AccountsGrpcExport } from './projections/accounts-export.grpc.js';
import { AccountsLoad } from './projections/accounts-load.js';
import { AccountsProjection } from './projections/accounts.projection.js';
import { quirksFeature } from './quirks/quirks.feature.js';
import { signedValuesFeature } from './signed-values/signed-values.feature.js';
import { reservationsFeature } from './reservations/reservations.feature.js';
import { localListsFeature } from './local-lists/local-lists.feature.js';
import { Endpoints } from './station-files/endpoints.js';
import { Links } from './station-files/links.js';
import { stationFilesFeature } from './station-files/station-files.feature.js';
import { ROUTING_SECRETS, routingFeature } from './routing/routing.feature.js';
import { StationRoutings } from './routing/station-routings.js';
import { securityFeature } from './security/security.feature.js';
import { PlacesGrpc } from './stations/places.grpc.js';
import { PlaceStore } from './stations/places.prisma.js';
import { ReadingsStore } from './stations/readings.store.js';
import { StationCounts } from './stations/station-counts.js';
import { StationsGrpc } from './stations/stations.grpc.js';
import { StationStore } from './stations/stations.store.js';

/** Of its facts. */
export const CONTEXT = 'csms';

/** Starts the background parts in order when the service is wired, and stops them in reverse while its connections still stand. */
export class CsmsLife implements OnApplicationBootstrap, BeforeApplicationShutdown {
  constructor(private readonly parts: readonly BackgroundPart[]) {}

  async onApplicationBootstrap(): Promise<void> {
    for (const part of this.parts) await part.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    for (const part of [...this.parts].reverse()) await part.stop();
  }
}

/** What others learn of us. */
interface Telling {
  outbox: Outbox;
  audit: AuditTrail;
  watched: WatchedStations;
}

/** The wiring of ocpp-csms: every object of the service is made here. */
@Module({})
export class CsmsModule {
  static of(runtime: ServiceRuntime<CsmsConfig>): DynamicModule {
    const outbox = new Outbox(CONTEXT, runtime.bus);
    const telling = {
      outbox,
      audit: new AuditTrail(CONTEXT, outbox, runtime.clock),
      watched: new WatchedStations(runtime.bus, runtime.clock),
    };
    const { effects, commands, ...management } = manage(runtime, telling);
    const jobs = new Jobs(runtime.database, runtime.telemetry);
    const features = featuresOf({ runtime, ...telling, commands, jobs, desired: management.desired });
    for (const feature of features) effects.add(feature.effects ?? {});
    const intake = takeIn(runtime, telling, features, management.settings);
    const parts = [
      ...[...carry(runtime), ...follow(runtime), telling.watched, ...management.parts],
      ...features.flatMap((feature) => feature.parts ?? []),
      ...[jobs, intake],
    ];
    return {
      module: CsmsModule,
      controllers: [
        PlacesGrpc,
        StationsGrpc,
        CommandsGrpc,
        ExportGrpc,
        IssuesGrpc,
        ...features.flatMap((feature) => feature.controllers ?? []),
      ],
      providers: [
        ...[...management.providers, ...workList(runtime, telling), ...features.flatMap((feature) => feature.providers ?? [])],
        { provide: CsmsLife, useValue: new CsmsLife(parts) },
      ],
    };
  }
}

/** In the order in which they start. */
function featuresOf(parts: FeatureParts): CsmsFeature[] {
  const { config, database, clock, publicUrl } = parts.runtime;
  const links = new Links(database, new Endpoints(config, publicUrl), clock);
  return [
    commandRunsFeature(parts),
    onboardingFeature(parts),
    securityFeature(parts),
    configurationFeature(parts),
    localListsFeature(parts),
    reservationsFeature(parts),
    stationFilesFeature(parts, links),
    firmwareFeature(parts, links),
    routingFeature(parts),
    signedValuesFeature(parts),
    quirksFeature(parts),
    archiveFeature(parts),
    importsFeature(parts),
  ];
}

/** The relay that publishes our facts, and the partitions that they are kept in. */
function carry({ database, bus, instance, telemetry }: ServiceRuntime<CsmsConfig>): BackgroundPart[] {
  const keeper = new PartitionKeeper(database, [{ table: 'outbox', retainDays: RETENTION_DAYS, doneColumn: 'published_at' }], telemetry);
  return [keeper, new OutboxRelay({ database, bus, context: CONTEXT, instance, telemetry })];
}

/** What we take over from accounts: its facts, and before the first of them everything it has. */
function follow(runtime: ServiceRuntime<CsmsConfig>): BackgroundPart[] {
  const { name, config, database, bus, clock, telemetry } = runtime;
  const projection = new AccountsProjection();
  const consumer = new FactConsumer({
    database,
    bus,
    service: name,
    context: 'accounts',
    handlers: projection.handlers,
    telemetry,
    maxTries: config.factTries,
    ackWaitMs: config.factAckWaitS * 1_000,
  });
  const accounts = grpcClient(AccountsService, { url: runtime.grpcUrl('accounts'), telemetry, token: () => runtime.serviceToken() });
  const load = new AccountsLoad(database, projection, new AccountsGrpcExport(accounts), clock, systemTimers, telemetry);
  return [{ start: () => undefined, stop: () => accounts.close() }, consumer, load];
}

/** What stations tell, from admission to the fact. */
function takeIn(
  runtime: ServiceRuntime<CsmsConfig>,
  { outbox, watched }: Telling,
  features: readonly CsmsFeature[],
  settings: StationSettings,
): BackgroundPart {
  const { config, database, bus, clock, instance, telemetry } = runtime;
  const options = { ...config, poolWorker: runtime.pool.worker };
  const afterBoot = new AfterBoots([settings, ...features.flatMap((feature) => feature.afterBoot ?? [])]);
  const routings = new StationRoutings(database, new KeyCipher(runtime.secretFor(ROUTING_SECRETS)));
  return StationPath.create({
    db: database,
    bus,
    outbox,
    clock,
    telemetry,
    instance,
    afterBoot,
    watched,
    routings,
    options,
  });
}

/** What could not be taken at face value, and what people decide on it. */
function workList({ database, clock, telemetry }: ServiceRuntime<CsmsConfig>, { outbox, audit }: Telling) {
  return [
    { provide: IssueStore, useValue: new IssueStore(database) },
    { provide: IssueResolution, useValue: new IssueResolution(database, outbox, audit, clock, telemetry) },
  ];
}

/** Places, stations, commands and exports. */
function manage(runtime: ServiceRuntime<CsmsConfig>, { outbox, audit, watched }: Telling) {
  const { config, database, bus, clock, instance, telemetry } = runtime;
  const places = new PlaceStore(database, audit);
  const courier = new CommandCourier(bus, database, clock, systemTimers);
  const effects = new CommandEffects(outbox, bus);
  const commands = new Commands({ database, courier, effects, outbox, audit, watched, clock, timers: systemTimers, telemetry });
  const plan = settingsPlan(config);
  const desired = new DesiredSettings(database, plan.settings, clock);
  const settings = new StationSettings(database, commands, desired, plan, clock, systemTimers, telemetry);
  const sweeper = new CommandSweeper(database, outbox, instance, clock, systemTimers, telemetry);
  const queuePace = { inFlight: config.queueInFlight, lookEveryMs: 1_000 };
  const queue = new CommandQueue({ database, outbox, commands, clock, delayMs: config.queueDelayMs });
  const pruning = new CommandPruning(database, config.commandRetentionDays, instance, clock, systemTimers, telemetry);
  return {
    providers: [
      { provide: PlaceStore, useValue: places },
      { provide: StationStore, useValue: new StationStore(database, outbox, audit, bus, clock) },
      { provide: StationCounts, useValue: new StationCounts(database) },
      { provide: ReadingsStore, useValue: new ReadingsStore(database, clock) },
      { provide: Commands, useValue: commands },
      { provide: CommandReads, useValue: new CommandReads(database) },
      { provide: CommandTerms, useValue: new CommandTerms(clock, config.commandTimeoutMs) },
      { provide: StationSettings, useValue: settings },
      { provide: ExportStore, useValue: new ExportStore(database, config.exportBatchSize) },
    ],
    parts: [
      { start: () => undefined, stop: () => places.close() },
      sweeper,
      pruning,
      new DueLoop(queue, queuePace, systemTimers, telemetry),
      settings,
    ],
    settings,
    desired,
    effects,
    commands,
  };
}
