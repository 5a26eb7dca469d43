import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Server as TlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Admitted, AdmitRequest } from '@ampline/contracts';
import { WebSocketServer, type WebSocket } from 'ws';
import type { Admission, AdmissionOutcome } from '../admission/admission.js';
import { Pacer } from '../admission/pacer.js';
import type { GatewayConfig } from '../config.js';
import { gatewayErrors } from '../errors.js';
import type { GatewayServices } from '../gateway-services.js';
import { readBasicCredentials } from './basic-credentials.js';
import { answerBody, refusalAnswer, unavailableAnswer, writeAnswer, type HttpAnswer } from './http-answer.js';
import { remoteAddressOf } from './remote-address.js';
import { readStationUrl } from './station-url.js';
import { readSubprotocols } from './subprotocols.js';
import { tlsFactsOf, type ProxySpeech } from './tls-facts.js';
import { TlsListener, type TlsListenerParts } from './tls-listener.js';

/** What becomes of those who were admitted. */
export interface Doorstep {
  /** Sockets open now. */
  readonly sockets: number;
  entered(admitted: Admitted, remoteAddress: string, ws: WebSocket): void;
  /** Admitted, and gone before there was a socket: the epoch given out belongs to nobody. */
  vanished(admitted: Admitted): void;
}

interface Upgrade {
  readonly request: IncomingMessage;
  readonly connection: Duplex;
  readonly head: Buffer;
}

/** Whoever connects and does not say what for is let go after 10–15 s. */
const HTTP = { headersTimeout: 10_000, requestTimeout: 10_000, connectionsCheckingInterval: 5_000 };
/** Measured: a socket with compression holds 224 KB after its first message. `closeTimeout`: ms for the closing handshake. */
const WEB_SOCKET = { noServer: true, clientTracking: false, perMessageDeflate: false, closeTimeout: 5_000 };
const NOT_FOUND: HttpAnswer = { status: 404, code: 'not-found', message: 'Charging stations connect to /ocpp/<tenant>/<station>.' };
const MALFORMED_PATH: HttpAnswer = { status: 400, code: 'malformed-path', message: 'The path cannot be decoded.' };
const MALFORMED_HANDSHAKE: HttpAnswer = {
  status: 400,
  code: 'malformed-handshake',
  message: 'This is no WebSocket handshake of RFC 6455.',
};
const UPGRADE_REQUIRED: HttpAnswer = {
  status: 426,
  code: 'upgrade-required',
  message: 'OCPP is spoken over WebSocket here.',
  headers: { Upgrade: 'websocket', Connection: 'Upgrade' },
};
const KEY = /^[+/0-9A-Za-z]{22}==$/;
const VERSIONS: ReadonlySet<string | undefined> = new Set(['8', '13']);

/** Where stations come in. */
export interface StationListeners {
  readonly plain: Server;
  /** Undefined: no certificate is configured. */
  readonly tls: TlsListener | undefined;
}

/** Listening servers; port 0 lets the kernel choose. Throws `ocpp-gateway.listen-failed`, `ocpp-gateway.tls-files-unusable`. */
export async function listenForStations(parts: TlsListenerParts): Promise<StationListeners> {
  const { config } = parts;
  const tls = TlsListener.of(parts, HTTP, answerPlainRequest);
  const plain = await listening(createServer(HTTP, answerPlainRequest), config.port, config);
  try {
    if (tls) await listening(tls.server, config.tlsPort, config);
    return { plain, tls };
  } catch (error) {
    plain.close();
    throw error;
  }
}

type ListenSettings = Pick<GatewayConfig, 'host' | 'listenBacklog' | 'maxSockets' | 'maxWaitingAdmissions'>;

/**
 * A storm waits in the kernel's queue until its connections are taken: with Node's 511 places the rest of 2,000 that come at once are
 * lost without a word.
 */
async function listening<S extends Server | TlsServer>(server: S, port: number, settings: ListenSettings): Promise<S> {
  const { host, listenBacklog: backlog } = settings;
  // Whoever is beyond what may be open and what may wait would only cost files and memory.
  server.maxConnections = settings.maxSockets + settings.maxWaitingAdmissions;
  try {
    server.listen({ port, host, backlog });
    await once(server, 'listening');
    return server;
  } catch (cause) {
    throw gatewayErrors.listenFailed({ host, port }, cause);
  }
}

export function portOf(server: Server | TlsServer): number {
  return (server.address() as AddressInfo).port;
}

/** Reads a station's upgrade request, has it decided, and makes the socket. */
export class StationServer {
  private readonly webSockets = new Map<number, WebSocketServer>();
  private readonly servers: readonly (Server | TlsServer)[];
  private readonly proxySpeech: ProxySpeech;
  private readonly pacer: Pacer;
  private upgrading = 0;
  private open = true;

  constructor(
    { plain, tls }: StationListeners,
    private readonly services: GatewayServices,
    private readonly admission: Admission,
    private readonly doorstep: Doorstep,
  ) {
    this.pacer = new Pacer(services.config, services.time);
    this.servers = tls ? [plain, tls.server] : [plain];
    const { proxies, config } = services;
    this.proxySpeech = { proxies, certificateHeader: config.clientCertificateHeader.toLowerCase() };
    for (const server of this.servers) {
      server.on('upgrade', (request: IncomingMessage, connection: Duplex, head: Buffer) => {
        connection.on('error', () => connection.destroy());
        void this.upgrade({ request, connection, head });
      });
    }
  }

  get accepting(): boolean {
    return this.open && this.servers.every(({ listening }) => listening);
  }

  /** From now on every upgrade is sent elsewhere with 503. */
  refuse(): void {
    this.open = false;
  }

  /** Stops listening. */
  async close(): Promise<void> {
    this.refuse();
    const closed = this.servers.map((server) => once(server, 'close'));
    for (const server of this.servers) {
      server.close();
      server.closeAllConnections();
    }
    await Promise.all(closed);
  }

  private async upgrade(upgrade: Upgrade): Promise<void> {
    const { request } = upgrade;
    const url = readStationUrl(request.url ?? '');
    if (url.kind !== 'station') return this.answer(upgrade, url.kind === 'elsewhere' ? NOT_FOUND : MALFORMED_PATH);
    if (!isHandshake(request)) return this.answer(upgrade, MALFORMED_HANDSHAKE);
    if (!this.open) return this.answer(upgrade, this.notNow('stopping'));
    if (this.doorstep.sockets + this.upgrading >= this.services.config.maxSockets) return this.answer(upgrade, this.notNow('full'));
    this.upgrading += 1;
    const itsTurn = await this.pacer.turn();
    this.upgrading -= 1;
    if (!itsTurn) return this.answer(upgrade, this.notNow('busy'));
    if (!this.open) return this.answer(upgrade, this.notNow('stopping'));

    const tls = tlsFactsOf(request, this.proxySpeech);
    const urlToken = url.token === undefined ? undefined : { username: url.station, password: url.token };
    const basic = readBasicCredentials(request.headers.authorization, url.station) ?? urlToken;
    const question: AdmitRequest = {
      gatewayId: this.services.name.gatewayId,
      gatewayInstance: this.services.name.gatewayInstance,
      ...(url.tenant !== undefined && { tenant: url.tenant }),
      station: url.station,
      remoteAddress: remoteAddressOf(request, this.services.config.forwardedHops),
      ...(tls && { tls }),
      ...(basic && { basic }),
      subprotocols: readSubprotocols(request.headers['sec-websocket-protocol']),
    };
    this.upgrading += 1;
    const outcome = await this.decide(question, () => upgrade.connection.destroyed);
    this.upgrading -= 1;
    this.proceed(upgrade, question, outcome);
  }

  /** A reply that nobody can read is as good as none: the station is to come back when the versions agree. */
  private async decide(question: AdmitRequest, gone: () => boolean): Promise<AdmissionOutcome> {
    try {
      return await this.admission.ask(question, gone);
    } catch (error) {
      this.services.log.error('admission.failed', { station: question.station }, error);
      return { outcome: 'unavailable', reason: 'no-back-end' };
    }
  }

  private proceed(upgrade: Upgrade, question: AdmitRequest, outcome: AdmissionOutcome): void {
    switch (outcome.outcome) {
      case 'refused':
        return this.answer(upgrade, refusalAnswer(outcome.reason), question);
      case 'unavailable':
        return this.answer(upgrade, this.notNow(outcome.reason), question);
      case 'accepted':
        if (this.open) return this.makeSocket(upgrade, question, outcome);
        this.doorstep.vanished(outcome);
        return this.answer(upgrade, this.notNow('stopping'), question);
    }
  }

  private makeSocket({ request, connection, head }: Upgrade, question: AdmitRequest, admitted: Admitted): void {
    // `ws` picks the first name of this header: leave it the one that the back end chose, and none that was not offered.
    const agreed = question.subprotocols.includes(admitted.subprotocol);
    if (agreed) request.headers['sec-websocket-protocol'] = admitted.subprotocol;
    else delete request.headers['sec-websocket-protocol'];
    let entered = false;
    this.webSocketsOf(admitted.limits.maxFrameBytes).handleUpgrade(request, connection, head, (ws) => {
      entered = true;
      this.services.metrics.admitted('accepted');
      this.doorstep.entered(admitted, question.remoteAddress, ws);
    });
    if (entered) return;
    this.services.metrics.admitted('vanished');
    this.doorstep.vanished(admitted);
  }

  /** One per frame limit: `ws` knows the limit per server, and installations have one or two. */
  private webSocketsOf(maxPayload: number): WebSocketServer {
    let server = this.webSockets.get(maxPayload);
    if (!server) {
      server = new WebSocketServer({ ...WEB_SOCKET, maxPayload });
      this.webSockets.set(maxPayload, server);
    }
    return server;
  }

  private notNow(reason: string): HttpAnswer {
    return unavailableAnswer(reason, this.pacer.retryAfterS());
  }

  private answer({ request, connection }: Upgrade, answer: HttpAnswer, question?: AdmitRequest): void {
    const { metrics, log, config } = this.services;
    metrics.admitted(answer.code);
    log.warn('admission.refused', {
      reason: answer.code,
      status: answer.status,
      tenant: question?.tenant,
      station: question?.station,
      remoteAddress: question?.remoteAddress ?? remoteAddressOf(request, config.forwardedHops),
    });
    writeAnswer(connection, answer);
  }
}

function isHandshake(request: IncomingMessage): boolean {
  const { upgrade, 'sec-websocket-key': key, 'sec-websocket-version': version } = request.headers;
  return request.method === 'GET' && upgrade?.toLowerCase() === 'websocket' && KEY.test(key ?? '') && VERSIONS.has(version);
}

function answerPlainRequest(_request: IncomingMessage, response: ServerResponse): void {
  response.writeHead(UPGRADE_REQUIRED.status, { 'Content-Type': 'application/json', ...UPGRADE_REQUIRED.headers });
  response.end(answerBody(UPGRADE_REQUIRED));
}
