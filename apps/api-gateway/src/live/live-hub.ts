import {
  commandChanged,
  intakeIssueChanged,
  LiveSubject,
  reservationChanged,
  sessionEnded,
  sessionStarted,
  sessionUpdated,
  stationChanged,
  WATCH_LASTS_MS,
  type CallerProfile,
  type CommandState,
  type FactType,
  type IntakeIssueState,
  type MessageTelemetry,
  type ReservationState,
  type SessionState,
  type StationState,
} from '@ampline/contracts';
import { subjectToken } from '@ampline/kernel-ids';
import type { Bus } from '@ampline/platform-nats';
import type { Telemetry } from '@ampline/platform-telemetry';
import { fromJsonString, type DescMessage, type MessageShape } from '@bufbuild/protobuf';
import { listen, type Listening } from './bus-listener.js';
import { Channel } from './channel.js';
import type { LiveFeed, LiveReading } from './live-feed.js';
import { visibleSessions } from './visible-sessions.js';

/** `fact.<context>.<entity>.<verb>.v<n>.<tenant>.<key>` */
const TENANT_OF_FACT = 5;
const WATCH_EVERY_MS = WATCH_LASTS_MS / 3;

/** All that is live, heard once per replica and passed on to subscriptions. Everything is keyed by tenant first. */
export class LiveHub {
  private readonly stations = new Channel<StationState>();
  private readonly sessions = new Channel<SessionState>();
  private readonly commands = new Channel<CommandState>();
  private readonly issues = new Channel<IntakeIssueState>();
  private readonly reservations = new Channel<ReservationState>();
  private readonly readings = new Channel<LiveReading>();
  private readonly messages = new Channel<MessageTelemetry>();
  private readonly channels = [this.stations, this.sessions, this.commands, this.issues, this.reservations, this.readings, this.messages];
  private listening: Listening[] = [];

  constructor(
    private readonly bus: Bus,
    private readonly telemetry: Telemetry,
  ) {
    telemetry.meter
      .createObservableGauge('api_live_subscriptions', { description: 'Subscriptions to what is live.' })
      .addCallback((gauge) => gauge.observe(this.channels.reduce((sum, { size }) => sum + size, 0)));
  }

  start(): void {
    this.listening = [
      this.hear(stationChanged, this.stations),
      this.hear(commandChanged, this.commands),
      this.hear(intakeIssueChanged, this.issues),
      this.hear(reservationChanged, this.reservations),
      ...[sessionStarted, sessionUpdated, sessionEnded].map((type) => this.hear(type, this.sessions)),
      listen(this.bus, this.telemetry, 'telemetry.meter.*.*', ([, , tenant = '', site = ''], body) =>
        this.readings.publish(`${tenant}.${site}`, () => readingsOf(body)),
      ),
      listen(this.bus, this.telemetry, LiveSubject.allMessages, ([, , tenant = '', station = ''], body) =>
        this.messages.publish(`${tenant}.${station}`, () => [JSON.parse(body) as MessageTelemetry]),
      ),
      {
        stop: this.bus.onReconnect(() => {
          for (const channel of this.channels) channel.miss('BUS_RECONNECTED');
        }),
      },
    ];
  }

  stop(): void {
    for (const { stop } of this.listening.splice(0)) stop();
  }

  /** What one viewer may hear; nothing for nobody. */
  feed(viewer: CallerProfile | undefined, signal: AbortSignal): LiveFeed {
    const tenant = viewer?.tenantSlug ? subjectToken(viewer.tenantSlug) : undefined;
    const until = viewer && tenant ? signal : AbortSignal.abort();
    const key = (...rest: string[]) => [tenant ?? '', ...rest.map(subjectToken)].join('.');
    const visible = viewer ? visibleSessions(viewer) : () => false;
    return {
      stations: (select) => this.stations.subscribe({ key: key(), select, signal: until }),
      sessions: (select) =>
        this.sessions.subscribe({ key: key(), select: (session) => visible(session) && select(session), signal: until }),
      commands: (select) => this.commands.subscribe({ key: key(), select, signal: until }),
      issues: (select) => this.issues.subscribe({ key: key(), select, signal: until }),
      reservations: (select) => this.reservations.subscribe({ key: key(), select, signal: until }),
      readings: ({ sessionId, siteId }) =>
        this.readings.subscribe({ key: key(siteId), select: (reading) => reading.sessionId === sessionId, signal: until }),
      messages: ({ stationId, identity }) => {
        const select = (message: MessageTelemetry) => message.stationId === stationId;
        const unwatch = viewer && tenant ? this.watch(viewer.tenantSlug, identity) : undefined;
        return this.messages.subscribe({ key: key(identity), select, signal: until, ...(unwatch && { onEnd: unwatch }) });
      },
    };
  }

  private hear<D extends DescMessage>(type: FactType<D>, channel: Channel<MessageShape<D>>): Listening {
    return listen(this.bus, this.telemetry, `fact.${type.name}.>`, (tokens, body) =>
      channel.publish(tokens[TENANT_OF_FACT] ?? '', () => [fromJsonString(type.schema, body, { ignoreUnknownFields: true })]),
    );
  }

  /** Asks csms for the messages of a station, again and again until the returned function is called. */
  private watch(tenant: string, identity: string): () => void {
    const subject = LiveSubject.watchMessages(tenant, identity);
    const ask = () => this.bus.publish(subject, '');
    ask();
    const timer = setInterval(ask, WATCH_EVERY_MS);
    return () => clearInterval(timer);
  }
}

function readingsOf(body: string): LiveReading[] {
  const { readings } = JSON.parse(body) as { readings: (Omit<LiveReading, 'sessionId'> & { sessionId: string | null })[] };
  return readings.filter((reading): reading is LiveReading => reading.sessionId !== null);
}
