import { CallerKind, CallerProfileSchema, type CallerProfile } from '@ampline/contracts';
import { TokenIssuer } from '@ampline/platform-grpc';
import { testTelemetry } from '@ampline/platform-telemetry';
import { create, type MessageInitShape } from '@bufbuild/protobuf';
import { graphql, parse, type ExecutionResult } from 'graphql';
import { DoorKeeper } from '../../src/doors/doors.js';
import type { GatewayContext } from '../../src/graphql/context.js';
import { loadersOf } from '../../src/graphql/loaders.js';
import { serviceResolvers } from '../../src/graphql/resolvers.js';
import { executableSchema } from '../../src/graphql/schema.js';
import type { LiveFeed } from '../../src/live/live-feed.js';
import { subscribeAfresh } from '../../src/sockets/subscribe-afresh.js';
import { StandIns } from './stand-ins.js';

const SECRET = 'a-secret-of-at-least-32-characters';
export const PUBLIC_URL = 'https://charge.example';
export const TENANT_ID = '019f0000-0000-7000-8000-00000000000a';

/** The resolvers over doors to stand-ins: what lies behind who may ask. */
export class Api {
  readonly schema = executableSchema(serviceResolvers({ publicUrl: PUBLIC_URL }));

  private constructor(
    readonly standIns: StandIns,
    private readonly keeper: DoorKeeper,
    private readonly viewerToken: string,
  ) {}

  static async start(): Promise<Api> {
    const standIns = await StandIns.start(SECRET);
    const issuer = new TokenIssuer(SECRET);
    const telemetry = testTelemetry('api-gateway', { spans: false });
    const token = () => issuer.issue({ subject: 'api-gateway', roles: ['service'] });
    const keeper = new DoorKeeper({ urlOf: (service) => standIns.urlOf(service), token, telemetry });
    return new Api(standIns, keeper, await issuer.issue({ subject: 'somebody', roles: ['operator'], tenantId: TENANT_ID }));
  }

  context(o: { viewer?: MessageInitShape<typeof CallerProfileSchema>; live?: Partial<LiveFeed> } = {}): GatewayContext {
    const doors = this.keeper.as(() => Promise.resolve(this.viewerToken));
    const viewer: CallerProfile = create(CallerProfileSchema, { kind: CallerKind.PERSON, tenantId: TENANT_ID, ...o.viewer });
    const live = (o.live ?? {}) as LiveFeed;
    const signal = new AbortController().signal;
    return { viewer, doors, own: this.keeper.own(), loaders: loadersOf(doors), live, signal, host: 'charge.example' };
  }

  /** Whether a call was made as the viewer and not as the gateway. */
  asViewer(token: string | undefined): boolean {
    return token === this.viewerToken;
  }

  /** Runs one operation; the calls it makes are the only ones that the stand-ins remember. */
  async run(source: string, variables: Record<string, unknown> = {}, context = this.context()): Promise<ExecutionResult> {
    this.standIns.forget();
    const result = await graphql({ schema: this.schema, source, variableValues: variables, contextValue: context });
    // Objects without a prototype compare badly.
    return JSON.parse(JSON.stringify(result)) as ExecutionResult;
  }

  /** The data of an operation that succeeds. */
  async data(source: string, variables: Record<string, unknown> = {}): Promise<Record<string, unknown>> {
    const { data, errors } = await this.run(source, variables);
    if (errors) throw new Error(JSON.stringify(errors));
    return data as Record<string, unknown>;
  }

  /** Codes of the errors of an operation, by the path of their field. */
  async codes(source: string, variables: Record<string, unknown> = {}, context = this.context()): Promise<Record<string, string>> {
    this.standIns.forget();
    const { errors = [] } = await graphql({ schema: this.schema, source, variableValues: variables, contextValue: context });
    return Object.fromEntries(
      errors.map(({ path, originalError }) => [path?.join('.') ?? '', (originalError as { code?: string } | undefined)?.code ?? '']),
    );
  }

  /** Subscribes, as the socket does: an iterator of results, or the refusal. */
  async subscribe(source: string, context: GatewayContext): Promise<AsyncIterator<ExecutionResult> | ExecutionResult> {
    this.standIns.forget();
    const contextFor = () => ({ ...context, loaders: loadersOf(context.doors) });
    const args = { schema: this.schema, document: parse(source), contextValue: context };
    return subscribeAfresh(args, { contextFor, onReturn: () => undefined });
  }

  async stop(): Promise<void> {
    this.keeper.close();
    await this.standIns.stop();
  }
}
