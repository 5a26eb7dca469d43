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
  tlsSubject?: string;
  basic?: { username: string; password: string };
  /** What the client offered, in its order; empty when it sent no Sec-WebSocket-Protocol. */
  subprotocols: string[];
}

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
  | 'tenant-suspended';

/** What a gateway may keep to admit the station again by itself while no back end answers. */
export interface CachedVerifier {
  /** `s256:<salt>:<hash>`, base64: sha256(salt ‖ password). Absent: the station has no password. */
  hash?: string;
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
  subprotocol: string;
  limits: SocketLimits;
  verifier?: CachedVerifier;
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
  | ({ kind: 'opened'; remoteAddress: string; subprotocol: string } & OfSocket)
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
