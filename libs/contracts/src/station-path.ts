/**
 * What travels between the gateway that holds the sockets and the back end that owns the OCPP actions, over core NATS.
 * Subjects: docs/architecture/station-path.md. Bodies are JSON; the body of a call is the raw frame.
 */
import { subjectToken } from '@ampline/kernel-ids';

/** Header names of calls and commands. */
export const StationPathHeader = {
  /** UUIDv7 made when the frame arrived, the same on every retry: the idempotency key of a call. */
  callId: 'Ampline-Call-Id',
  /** ISO 8601 with milliseconds; the same on every retry. */
  receivedAt: 'Ampline-Received-At',
  tenantId: 'Ampline-Tenant-Id',
  stationId: 'Ampline-Station-Id',
  /** Connection epoch of the socket, decimal. */
  epoch: 'Ampline-Epoch',
  /** OCPP message id; as `subjectToken` encodes it when it is not printable ASCII without spaces. The frame has it as sent. */
  messageId: 'Ampline-Message-Id',
  /** ISO 8601: work that has not begun by then is not begun. */
  deadline: 'Ampline-Deadline',
  gatewayId: 'Ampline-Gateway-Id',
  /** OCPP error code: the reply is a CALLERROR, its body {@link CallErrorBody}. */
  callError: 'Ampline-Call-Error',
  /** `true`: not done, ask another member. */
  retry: 'Ampline-Retry',
  commandId: 'Ampline-Command-Id',
  action: 'Ampline-Action',
} as const;

/**
 * Action of a message that a gateway publishes, without a reply subject, to the command subject of a station that has connected to it:
 * sockets of the station whose epoch is older than the one named close themselves. No station knows an action of this name.
 */
export const SUPERSEDED_ACTION = 'ampline:superseded';

/** Subjects of the station path. `tenant` is the slug, `station` the OCPP identity; both are encoded here. */
export const StationPathSubject = {
  admit: 'ocpp.admit',
  presence: 'ocpp.presence',
  call: (tenant: string, station: string, action: string) =>
    `ocpp.call.${subjectToken(tenant)}.${subjectToken(station)}.${subjectToken(action)}`,
  allCalls: 'ocpp.call.*.*.*',
  oddity: (tenant: string, station: string) => `ocpp.oddity.${subjectToken(tenant)}.${subjectToken(station)}`,
  allOddities: 'ocpp.oddity.*.*',
  command: (tenant: string, station: string) => `ocpp.command.${subjectToken(tenant)}.${subjectToken(station)}`,
  allCommands: 'ocpp.command.*.*',
  revoke: (tenant: string, station: string) => `ocpp.revoke.${subjectToken(tenant)}.${subjectToken(station)}`,
  allRevokes: 'ocpp.revoke.*.*',
  sockets: (gatewayId: string) => `ocpp.gateway.${subjectToken(gatewayId)}.sockets`,
  allSockets: 'ocpp.gateway.*.sockets',
  /** A call of a station whose back end is a foreign one, over NATS. */
  foreign: (backEnd: string, tenant: string, station: string, action: string) =>
    `ocpp.foreign.${subjectToken(backEnd)}.${subjectToken(tenant)}.${subjectToken(station)}.${subjectToken(action)}`,
  foreignOf: (backEnd: string, tenant: string) => `ocpp.foreign.${subjectToken(backEnd)}.${subjectToken(tenant)}.>`,
  allForeign: 'ocpp.foreign.*.*.*.*',
  /** The same over HTTP: csms makes the request. */
  webhook: (backEnd: string, tenant: string, station: string, action: string) =>
    `ocpp.webhook.${subjectToken(backEnd)}.${subjectToken(tenant)}.${subjectToken(station)}.${subjectToken(action)}`,
  allWebhooks: 'ocpp.webhook.*.*.*.*',
  /** A foreign back end wants a command carried out: body {@link CommandOrder}, reply {@link OrderReply}. */
  order: (backEnd: string, tenant: string, station: string) =>
    `ocpp.order.${subjectToken(backEnd)}.${subjectToken(tenant)}.${subjectToken(station)}`,
  ordersOf: (backEnd: string, tenant: string) => `ocpp.order.${subjectToken(backEnd)}.${subjectToken(tenant)}.*`,
  allOrders: 'ocpp.order.*.*.*',
  /** A call or a command that somebody else than csms has dealt with: body {@link ForeignMessage}, for the archive. */
  foreignMessage: (tenant: string, station: string) => `ocpp.answered.${subjectToken(tenant)}.${subjectToken(station)}`,
  allForeignMessages: 'ocpp.answered.*.*',
  /** Where the calls of a station go from now on: body {@link SocketRouting}. */
  routing: (tenant: string, station: string) => `ocpp.routing.${subjectToken(tenant)}.${subjectToken(station)}`,
  allRoutings: 'ocpp.routing.*.*',
  /** How the connection to a second CSMS fares: body {@link ProxyState}. */
  proxyState: (tenant: string, station: string) => `ocpp.proxy.${subjectToken(tenant)}.${subjectToken(station)}`,
  allProxyStates: 'ocpp.proxy.*.*',
  telemetry: (tenant: string, site: string) => `telemetry.meter.${subjectToken(tenant)}.${subjectToken(site)}`,
} as const;

/** Asked at the upgrade, before a socket exists. */
export interface AdmitRequest {
  gatewayId: string;
  /** New at each start of the gateway process. */
  gatewayInstance: string;
  /** From `/ocpp/<tenant>/<station>`; absent for `/ocpp/<station>`. */
  tenant?: string;
  /** Percent-decoded last path segment. */
  station: string;
  remoteAddress: string;
  /** Absent: plain text. */
  tls?: TlsFacts;
  basic?: { username: string; password: string };
  /** What the client offered, in its order; empty when it sent no Sec-WebSocket-Protocol. */
  subprotocols: string[];
  /** Absent: WebSocket. Over MQTT the NATS server has asked for the password, and lets nobody else use the station's topic. */
  transport?: Transport;
}

/** The TLS connection of an upgrade, as the gateway saw it, or a proxy in front that it trusts. */
export interface TlsFacts {
  /** `TLSv1.3`; absent where a proxy does not say. */
  protocol?: string;
  /**
   * What the client showed, its own certificate first: base64 of DER. It has proved to hold the key of the first one; nothing else is
   * checked before csms does. Absent: it showed none.
   */
  certificates?: string[];
}

/** What carries the frames of a station. */
export type Transport = 'websocket' | 'mqtt';

/** Why an upgrade is refused. */
export type RefusalReason =
  | 'unknown-station'
  | 'unknown-tenant'
  | 'ambiguous-station'
  | 'wrong-password'
  | 'password-missing'
  | 'identity-mismatch'
  | 'station-rejected'
  | 'unsupported-subprotocol'
  /** Over MQTT: the station has no MQTT user. */
  | 'no-mqtt-user'
  | 'tenant-suspended'
  /** The tenant takes unknown stations with a registration token alone, as Basic password. */
  | 'token-missing'
  | 'token-invalid'
  /** As many unknown stations have come as the tenant allows for now. */
  | 'registration-full'
  /** Too many unknown identities from one address. */
  | 'too-many-attempts'
  /** The station's security profile asks for TLS. */
  | 'tls-required'
  /** Security profile 3: no client certificate was shown. */
  | 'certificate-missing'
  | 'certificate-unreadable'
  /** No chain to an authority that the tenant trusts, or no certificate for clients. */
  | 'certificate-untrusted'
  | 'certificate-expired'
  | 'certificate-not-yet-valid'
  | 'certificate-revoked'
  /** The common name is not the station's identity. */
  | 'certificate-identity-mismatch';

/** What a gateway may keep to admit the station again by itself while no back end answers. */
export interface CachedVerifier {
  /** `s256:<salt>:<hash>`, base64: sha256(salt ‖ password). Absent: the station has no password. */
  hash?: string;
  /** Security profile 3: sha256 of the client certificate, lower-case hex. */
  certificateSha256?: string;
  validForMs: number;
}

/** Bounds that the gateway holds the socket to. */
export interface SocketLimits {
  maxFrameBytes: number;
  callsPerMinute: number;
  /** How long a station may take to answer our CALL. */
  commandTimeoutMs: number;
  /** How long after its arrival a CALL is given up (and the socket closed with 1013). */
  callDeadlineMs: number;
}

export interface Admitted {
  outcome: 'accepted';
  tenantId: string;
  tenant: string;
  stationId: string;
  /** Canonical identity: as stored, whatever case the URL had. */
  station: string;
  /** Strictly rising per station. */
  epoch: number;
  /**
   * The back end knows of no other socket of the station that is open or about to be, so that none is told of this one. One that is left
   * over at a gateway that was given up for its silence ends by its pings, or by the next command. Absent: one may be open.
   */
  alone?: true;
  subprotocol: string;
  limits: SocketLimits;
  verifier?: CachedVerifier;
  /** Absent: csms answers everything, and there is no second CSMS. */
  routing?: SocketRouting;
}

/** Where the calls of a station go. */
export interface SocketRouting {
  /** Rises with each change; an older one changes nothing. */
  version: number;
  backEnd?: BackEndRoute;
  proxy?: ProxyRoute;
}

/** A foreign back end that answers calls in the place of csms. */
export interface BackEndRoute {
  /** Unique in the tenant. */
  name: string;
  over: 'nats' | 'http';
  /** OCPP actions that it answers; absent: all. */
  actions?: string[];
}

/** A second CSMS, to which the gateway connects as if it were the station. */
export interface ProxyRoute {
  /** `mirror`: it gets a copy, its answers are dropped. `forward`: it answers. */
  mode: 'mirror' | 'forward';
  /** With the station's identity as its last segment. */
  url: string;
  username?: string;
  password?: string;
}

/** How the connection to a second CSMS fares. */
export interface ProxyState {
  stationId: string;
  /** ISO 8601. */
  at: string;
  state: 'connecting' | 'connected' | 'failing';
  /** Why it fails: a close code, a status, an error code. */
  reason?: string;
  /** Messages that were not delivered since the gateway holds the socket: the queue was full. */
  dropped: number;
}

/** What went between a station and somebody else than csms. */
export interface ForeignMessage {
  /** Call id, or id of the command. */
  messageUuid: string;
  tenantId: string;
  stationId: string;
  epoch: number;
  /** ISO 8601, as is the other time. */
  receivedAt: string;
  answeredAt: string;
  direction: 'from-station' | 'to-station';
  action: string;
  messageId: string;
  requestFrame: string;
  responseFrame: string;
  /** `ok`, or an OCPP error code. */
  result: string;
  /** Name of the foreign back end, or `proxy`. */
  by: string;
}

/** A command that a foreign back end wants carried out at one of its stations. */
export interface CommandOrder {
  /** OCPP action. */
  action: string;
  payload: Record<string, unknown>;
  /** How long the station may take; default 30 s. */
  timeoutMs?: number;
  /** The same key again: the stored outcome is answered and nothing is sent. */
  idempotencyKey?: string;
}

/** How it ended. */
export interface OrderReply {
  commandId: string;
  outcome: 'queued' | 'pending' | 'answered' | 'refused-by-station' | 'station-offline' | 'timeout' | 'not-sent' | 'expired' | 'cancelled';
  /** The station's answer. */
  response?: unknown;
  errorCode?: string;
  errorDescription?: string;
}

export interface Refused {
  outcome: 'refused';
  reason: RefusalReason;
}

export type AdmitReply = Admitted | Refused;

/** Several at once, in place of one: those that came in the same moment. Answered together, or not at all. */
export interface AdmitRequests {
  requests: AdmitRequest[];
}

/** In the order of the requests. */
export interface AdmitReplies {
  replies: AdmitReply[];
}

/** Body of a reply with the header `Ampline-Call-Error`. */
export interface CallErrorBody {
  /** At most 255 characters. */
  description: string;
  details: Record<string, unknown>;
}

/** A frame that the gateway answered or dropped by itself; told for the archive, at most once. */
export interface OddityReport {
  tenantId: string;
  stationId: string;
  epoch: number;
  at: string;
  reason: string;
  /** Cut at 64 KiB. */
  frame: string;
  /** What was answered, if anything. */
  answer?: string;
}

interface OnTheWire {
  messageId: string;
  sentAt: string;
  answeredAt: string;
  requestFrame: string;
  responseFrame: string;
}

/** How a command ended at the gateway. */
export type CommandReply =
  | ({ outcome: 'answered'; payload: unknown } & OnTheWire)
  | ({ outcome: 'call-error'; code: string; description: string; details: unknown } & OnTheWire)
  /** Another socket of the station is newer, or this one is not the named epoch. */
  | { outcome: 'superseded' }
  /** Sent and not answered: the station may or may not have carried it out. */
  | { outcome: 'timeout'; messageId: string; requestFrame: string }
  | { outcome: 'not-sent'; reason: 'closed' | 'queue-full' | 'deadline' };

interface FromGateway {
  gatewayId: string;
  gatewayInstance: string;
  at: string;
}

interface OfSocket extends FromGateway {
  tenantId: string;
  stationId: string;
  epoch: number;
}

/** What became of one socket. */
export type SocketReport =
  | ({ kind: 'opened'; remoteAddress: string; subprotocol: string; transport?: Transport } & OfSocket)
  | ({ kind: 'closed'; code: number; reason: string } & OfSocket);

/** What a gateway tells of its sockets. */
export type PresenceReport =
  | SocketReport
  /** Of several sockets, acknowledged together: in a storm each station is two reports. */
  | ({ kind: 'sockets'; reports: SocketReport[] } & FromGateway)
  /** `checksum`: xor over the sockets of the first 8 bytes of sha256(`<stationId>:<epoch>`), lower-case hex. */
  | ({ kind: 'beat'; sockets: number; checksum: string } & FromGateway)
  /** `at` is the same in all chunks of one snapshot. */
  | ({ kind: 'snapshot'; chunk: number; chunks: number; sockets: { stationId: string; epoch: number }[] } & FromGateway)
  | ({ kind: 'stopping' } & FromGateway);

export interface PresenceReply {
  ok: true;
  /** The back end's picture differs: send a snapshot. */
  resync?: boolean;
}

/** Asked of one gateway at `ocpp.gateway.<id>.sockets`: which sockets it holds. */
export interface SocketsRequest {
  /** Station id after which to go on; absent: from the beginning. */
  after?: string;
}

/** Sockets in the order of their station ids, as many as fit into one message. */
export interface SocketsReply {
  gatewayId: string;
  gatewayInstance: string;
  at: string;
  sockets: { stationId: string; epoch: number }[];
  /** Ask again with `after` the last one. */
  more: boolean;
}

/** Body of `ocpp.revoke`: the cached verifier is void. */
export interface Revocation {
  disconnect: boolean;
}
