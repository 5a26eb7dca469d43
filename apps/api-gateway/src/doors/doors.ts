import {
  AccessService,
  AccountsService,
  AuditService,
  BrandService,
  CommandRunService,
  CommandService,
  ConfigurationService,
  FirmwareService,
  ImportService,
  IntakeService,
  MeteringService,
  QuirkService,
  LocalListService,
  OnboardingService,
  PeopleService,
  RoutingService,
  ReservationService,
  SecurityService,
  SessionRecordService,
  StationFileService,
  StationService,
} from '@ampline/contracts';
import { grpcClient, type CallOptions, type Client } from '@ampline/platform-grpc';
import type { Telemetry } from '@ampline/platform-telemetry';
import type { DescService } from '@bufbuild/protobuf';

/** gRPC services by the name that resolvers know them by, with the service that serves them. */
const SERVED = {
  accounts: [AccountsService, 'accounts'],
  people: [PeopleService, 'accounts'],
  access: [AccessService, 'accounts'],
  brands: [BrandService, 'accounts'],
  audit: [AuditService, 'accounts'],
  stations: [StationService, 'ocpp-csms'],
  commands: [CommandService, 'ocpp-csms'],
  commandRuns: [CommandRunService, 'ocpp-csms'],
  intake: [IntakeService, 'ocpp-csms'],
  routing: [RoutingService, 'ocpp-csms'],
  metering: [MeteringService, 'ocpp-csms'],
  quirks: [QuirkService, 'ocpp-csms'],
  reservations: [ReservationService, 'ocpp-csms'],
  localLists: [LocalListService, 'ocpp-csms'],
  onboarding: [OnboardingService, 'ocpp-csms'],
  configuration: [ConfigurationService, 'ocpp-csms'],
  stationFiles: [StationFileService, 'ocpp-csms'],
  firmware: [FirmwareService, 'ocpp-csms'],
  security: [SecurityService, 'ocpp-csms'],
  imports: [ImportService, 'ocpp-csms'],
  sessions: [SessionRecordService, 'session-export'],
} as const satisfies Record<string, readonly [DescService, string]>;

type Served = typeof SERVED;

/** A stream begins when its caller's token is there. */
type Door<C> = {
  readonly [M in keyof C]: C[M] extends (request: infer R, options?: CallOptions) => AsyncIterable<infer T>
    ? (request: R, options?: CallOptions) => Promise<AsyncIterable<T>>
    : C[M];
};

/** The gRPC APIs, each call made for one caller. */
export type Doors = { readonly [K in keyof Served]: Door<Client<Served[K][0]>> };

type Method = (request: unknown, options?: CallOptions) => Promise<unknown>;

/** One connection per gRPC API, shared by all callers. */
export class DoorKeeper {
  private readonly clients: ReadonlyMap<keyof Served, { close(): void }>;

  /** `token`: of the api-gateway itself. */
  constructor(o: { urlOf: (service: string) => string; token: () => Promise<string>; telemetry: Telemetry }) {
    this.clients = new Map(
      (Object.keys(SERVED) as (keyof Served)[]).map((name) => {
        const [service, at] = SERVED[name];
        return [name, grpcClient(service as DescService, { url: o.urlOf(at), telemetry: o.telemetry, token: o.token })] as const;
      }),
    );
  }

  /** The gateway's own calls: exchanging credentials, what is public. */
  own(): Doors {
    return Object.fromEntries(this.clients) as unknown as Doors;
  }

  /** Calls for somebody else. `token`: the internal one that accounts gives for them, asked for with each call. */
  as(token: () => Promise<string>): Doors {
    const bound = (client: object) =>
      new Proxy(client, {
        get: (target, name) => {
          const method = Reflect.get(target, name) as Method | undefined;
          return method && (async (request: unknown, options: CallOptions = {}) => method(request, { ...options, token: await token() }));
        },
      });
    return Object.fromEntries([...this.clients].map(([name, client]) => [name, bound(client)])) as unknown as Doors;
  }

  close(): void {
    for (const client of this.clients.values()) client.close();
  }
}
