import { hostname } from 'node:os';
import { StationPathSubject, type Admitted, type Revocation, type SocketRouting, type Transport } from '@ampline/contracts';
import { fromSubjectToken } from '@ampline/kernel-ids';
import { systemClock, systemTimers } from '@ampline/kernel-time';
import type { Bus, Incoming, Served } from '@ampline/platform-nats';
import type { Telemetry } from '@ampline/platform-telemetry';
import { Admission } from './admission/admission.js';
import { BoundedLog } from './bounded-log.js';
import type { GatewayConfig } from './config.js';
import { gatewayErrors } from './errors.js';
import { GatewayMetrics } from './gateway-metrics.js';
import type { GatewayServices } from './gateway-services.js';
import { MqttDoor } from './mqtt/mqtt-door.js';
import { Presence } from './presence/presence.js';
import { ForeignMessages } from './proxy/foreign-messages.js';
import { CallForwarder } from './sockets/call-forwarder.js';
import { WS_CLOSE } from './sockets/close-codes.js';
import { announce, serveCommands } from './sockets/commands.js';
import { drainSockets } from './sockets/drain.js';
import { Liveness } from './sockets/liveness.js';
import { SocketRegistry } from './sockets/socket-registry.js';
import type { StationLink } from './sockets/station-link.js';
import { StationSocket } from './sockets/station-socket.js';
import { Time } from './time.js';
import { TurnBatch } from './turn-batch.js';
import { listenForStations, portOf, StationServer, type Doorstep, type StationListeners } from './upgrade/station-server.js';
import { TrustedProxies } from './upgrade/trusted-proxies.js';

export interface GatewayOptions {
  config: GatewayConfig;
  bus: Bus;
  telemetry: Telemetry;
  /** New at each start of the process. */
  instance: string;
  /** Forms of the topics of MQTT stations. */
  mqttTopics: readonly string[];
  time?: Time;
}

/** Reports may take so long to be acknowledged at the end. */
const LAST_REPORTS_MS = 5_000;

/** One gateway replica: listens for stations, holds their sockets, and is their voice on the bus. */
export class Gateway implements Doorstep {
  private readonly registry = new SocketRegistry();
  private readonly commands = new Map<StationSocket, Served>();
  private readonly introductions = new TurnBatch();
  private readonly admission: Admission;
  private readonly presence: Presence;
  private readonly liveness: Liveness;
  private readonly server: StationServer;
  private readonly mqtt: MqttDoor;
  private readonly served: readonly Served[];
  private stopping: Promise<void> | undefined;

  private constructor(
    private readonly services: GatewayServices,
    private readonly listeners: StationListeners,
    mqttTopics: readonly string[],
  ) {
    const { bus, config, time, name, metrics, telemetry } = services;
    this.admission = new Admission(bus, config, time);
    this.presence = new Presence(bus, name, config, time, telemetry.logger, () => this.admission.crowded);
    this.liveness = new Liveness(this.registry, config, time, (socket) => this.cutOff(socket));
    this.server = new StationServer(listeners, services, this.admission, this);
    this.mqtt = new MqttDoor(services, this.admission, this, mqttTopics);
    this.served = [
      bus.serve(StationPathSubject.allRevokes, {}, (message) => Promise.resolve(this.revoke(message))),
      bus.serve(StationPathSubject.allRoutings, {}, (message) => Promise.resolve(this.reroute(message))),
    ];
    metrics.watchSockets(() => this.registry.protocols);
    metrics.watchPresence(() => this.presence.pending);
    this.presence.start();
    this.liveness.start();
    this.mqtt.start();
  }

  /** Throws `ocpp-gateway.listen-failed`, `ocpp-gateway.tls-files-unusable`, `ocpp-gateway.bad-proxy-address`. */
  static async start(o: GatewayOptions): Promise<Gateway> {
    const { config, bus, telemetry, instance } = o;
    const time = o.time ?? new Time(systemClock, systemTimers);
    const metrics = new GatewayMetrics(telemetry.meter);
    const foreign = new ForeignMessages(bus, time, telemetry.logger);
    const log = new BoundedLog(telemetry.logger, time.clock, config.logsPerSecond);
    const proxies = new TrustedProxies(config.trustedProxies);
    const listeners = await listenForStations({ config, timers: time.timers, log, metrics });
    const gatewayId = config.gatewayId ?? `${hostname()}-${portOf(listeners.plain)}`;
    const forwarder = new CallForwarder(bus, gatewayId, config.callTryMs, time, metrics, foreign);
    const name = { gatewayId, gatewayInstance: instance };
    const gateway = new Gateway({ name, config, bus, telemetry, time, log, metrics, forwarder, proxies, foreign }, listeners, o.mqttTopics);
    telemetry.logger.info('gateway.listening', { ...name, host: config.host, port: gateway.port, tlsPort: gateway.tlsPort });
    return gateway;
  }

  get port(): number {
    return portOf(this.listeners.plain);
  }

  /** Undefined: no certificate is configured. */
  get tlsPort(): number | undefined {
    return this.listeners.tls && portOf(this.listeners.tls.server);
  }

  /** Takes changed certificate files into use at once. */
  reloadCertificates(): void {
    this.listeners.tls?.reload();
  }

  get gatewayId(): string {
    return this.services.name.gatewayId;
  }

  get sockets(): number {
    return this.registry.size;
  }

  /** Throws `ocpp-gateway.not-listening` while no station can come in. */
  checkListening(): void {
    if (!this.server.accepting) throw gatewayErrors.notListening();
  }

  entered(admitted: Admitted, remoteAddress: string, link: StationLink, transport: Transport = 'websocket'): void {
    const { outcome: _, verifier: __, routing, alone, ...identity } = admitted;
    const socket = new StationSocket({ ...identity, transport, remoteAddress }, link, this.services, (ended, code, reason) =>
      this.left(ended, code, reason),
    );
    const loser = this.registry.add(socket);
    if (loser) this.supersede(loser);
    if (loser === socket) return;
    if (routing) socket.reroute(routing);
    this.services.log.info('socket.opened', { ...socket.labels(), remoteAddress, subprotocol: admitted.subprotocol, transport });
    void this.introduce(socket, alone === true);
  }

  /** Tells the bus of the socket, together with all others that have entered in this turn: in a storm every write counts. */
  private async introduce(socket: StationSocket, alone: boolean): Promise<void> {
    await this.introductions.next();
    if (!this.registry.has(socket)) return;
    // Said before it is listened to, or the socket would be told of itself.
    if (!alone) announce(socket, this.services);
    // Commands before presence: once the back end hears of the socket, commands to it must arrive.
    this.commands.set(socket, serveCommands(socket, this.services));
    this.presence.opened(socket.identity);
  }

  vanished(admitted: Admitted): void {
    this.presence.closed({ ...admitted, transport: 'websocket', remoteAddress: '' }, 1006, 'gone before the upgrade was answered');
  }

  /** Sends new stations elsewhere, closes all sockets in good order, reports it, stops listening. */
  stop(): Promise<void> {
    return (this.stopping ??= this.drain());
  }

  private async drain(): Promise<void> {
    const { config, time, telemetry } = this.services;
    telemetry.logger.info('gateway.draining', { sockets: this.registry.size });
    this.server.refuse();
    await this.mqtt.refuse();
    await drainSockets(this.registry, config, time);
    this.liveness.stop();
    for (const served of this.served) served.unsubscribe();
    await this.presence.stop(LAST_REPORTS_MS);
    await this.server.close();
    telemetry.logger.info('gateway.stopped', {});
  }

  private supersede(socket: StationSocket): void {
    this.services.log.info('socket.superseded', socket.labels());
    this.endCommands(socket);
    socket.supersede();
  }

  /** A command that was routed to this socket before it left is still answered: one that nobody answers looks like a silent station. */
  private endCommands(socket: StationSocket): void {
    const served = this.commands.get(socket);
    this.commands.delete(socket);
    // A bus that closes meanwhile has ended the subscription as well.
    served?.drain().catch(() => undefined);
  }

  private cutOff(socket: StationSocket): void {
    this.services.log.info('socket.silent', socket.labels());
    socket.terminate();
  }

  private left(socket: StationSocket, code: number, reason: string): void {
    this.endCommands(socket);
    const present = this.registry.remove(socket);
    if (socket.superseded) this.presence.forget(socket.identity);
    else if (present) this.presence.closed(socket.identity, code, reason);
    this.services.log.info('socket.closed', { ...socket.labels(), code, reason, superseded: socket.superseded });
  }

  private revoke(message: Incoming): void {
    const [, , tenant = '', station = ''] = message.subject.split('.').map(fromSubjectToken);
    this.admission.revoke(tenant, station);
    const { disconnect } = JSON.parse(message.body) as Revocation;
    if (disconnect) this.registry.find(tenant, station)?.close(WS_CLOSE.policyViolation, 'access revoked');
  }

  private reroute(message: Incoming): void {
    const [, , tenant = '', station = ''] = message.subject.split('.').map(fromSubjectToken);
    this.registry.find(tenant, station)?.reroute(JSON.parse(message.body) as SocketRouting);
  }
}
