/**
 * What services tell each other and people's screens over core NATS for the moment: it may be lost, and nothing of money hangs on it.
 * Bodies are JSON. Figures of meters: `StationPathSubject.telemetry`.
 */
import { subjectToken } from '@ampline/kernel-ids';

/** Subjects of what is live. `tenant` is the slug, `station` the OCPP identity; both are encoded here. */
export const LiveSubject = {
  /** A replica is alive: {@link ServiceBeat}, every {@link BEAT_EVERY_MS}. */
  beat: (service: string) => `beat.${subjectToken(service)}`,
  allBeats: 'beat.*',
  /** One message of a station, just archived: {@link MessageTelemetry}. Told only while somebody watches. */
  message: (tenant: string, station: string) => `telemetry.message.${subjectToken(tenant)}.${subjectToken(station)}`,
  allMessages: 'telemetry.message.*.*',
  /** Somebody watches the messages of a station: asks for {@link message} for the next {@link WATCH_LASTS_MS}. Empty body. */
  watchMessages: (tenant: string, station: string) => `watch.message.${subjectToken(tenant)}.${subjectToken(station)}`,
  allMessageWatches: 'watch.message.*.*',
} as const;

/** How often a replica says that it is alive. */
export const BEAT_EVERY_MS = 2_000;
/** After so long without a beat a replica is taken for gone. */
export const BEAT_LASTS_MS = 6_000;
/** How long one wish to watch holds; who goes on watching says so again in time. */
export const WATCH_LASTS_MS = 15_000;

/** Body of a beat. */
export interface ServiceBeat {
  service: string;
  /** New at each start of a process. */
  instance: string;
  /** False: a part it needs is away; which, is in `parts`. */
  ready: boolean;
  /** State of each part: `ok`, or a code. */
  parts: Record<string, string>;
  /** ISO 8601. */
  startedAt: string;
  /** The last beat: it stops now, in order. */
  leaving?: true;
}

/** One archived message, as `ListMessages` shows it. */
export interface MessageTelemetry {
  messageUuid: string;
  /** Id of the station. */
  stationId: string;
  /** ISO 8601. */
  receivedAt: string;
  direction: 'from-station' | 'to-station';
  action: string;
  messageId: string;
  /** As on the wire; cut at 64 KiB. */
  requestFrame: string;
  responseFrame: string;
  /** `ok`, an OCPP error code, or `malformed`. */
  result: string;
  deviations: string[];
}
