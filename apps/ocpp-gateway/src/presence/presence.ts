import {
  StationPathHeader,
  StationPathSubject,
  type PresenceReply,
  type PresenceReport,
  type SocketReport,
  type SocketsReply,
  type SocketsRequest,
} from '@ampline/contracts';
import { AppError } from '@ampline/kernel-errors';
import type { TimerHandle } from '@ampline/kernel-time';
import type { Bus, Served } from '@ampline/platform-nats';
import type { Logger } from '@ampline/platform-telemetry';
import { gatewayErrors } from '../errors.js';
import type { GatewayName } from '../gateway-services.js';
import { backOffMs, type Time } from '../time.js';
import { TurnBatch } from '../turn-batch.js';
import type { SocketIdentity } from '../sockets/socket-identity.js';
import { ReportQueue } from './report-queue.js';
import { SocketChecksum } from './socket-checksum.js';

interface Settings {
  beatIntervalMs: number;
  maxSockets: number;
}

/** Messages under way at once. */
const AT_ONCE = 2;
const REPORTS_AT_ONCE = 500;
const REPORT_TIMEOUT_MS = 5_000;
/**
 * While many are let in, telling of those that are waits for so long at most: it costs what letting in costs. Shorter than a command
 * waits for the report of a connection (4 s).
 */
const HOLD_MS = 3_000;
const LOOK_EVERY_MS = 100;
const SNAPSHOT_CHUNK = 2_000;
const SOCKETS_PER_REPLY = 10_000;

/**
 * Tells the back end which stations are connected here: every opening and closing until it is acknowledged, a beat with a checksum over
 * all sockets, and all sockets when the back end's picture differs.
 */
export class Presence {
  private readonly sockets = new Map<string, number>();
  private readonly checksum = new SocketChecksum();
  private readonly reports: ReportQueue;
  private readonly batch = new TurnBatch();
  private sending = 0;
  private failures = 0;
  private paused: TimerHandle | undefined;
  private held: TimerHandle | undefined;
  /** Monotonic ms. */
  private crowdedSinceMs: number | undefined;
  private beatTimer: TimerHandle | undefined;
  private served: Served | undefined;
  private whenSettled: (() => void) | undefined;
  private snapshotting = false;
  private stopped = false;

  constructor(
    private readonly bus: Bus,
    private readonly name: GatewayName,
    private readonly settings: Settings,
    private readonly time: Time,
    private readonly logger: Logger,
    /** Whether many are being let in. */
    private readonly crowded: () => boolean,
  ) {
    this.reports = new ReportQueue(settings.maxSockets * 2);
  }

  /** Reports not yet acknowledged. */
  get pending(): number {
    return this.reports.size;
  }

  start(): void {
    this.served = this.bus.serve(StationPathSubject.sockets(this.name.gatewayId), {}, (message) =>
      Promise.resolve({ body: JSON.stringify(this.list(JSON.parse(message.body || '{}') as SocketsRequest)) }),
    );
    this.beatAfter(0);
  }

  opened(socket: SocketIdentity): void {
    const { tenantId, stationId, epoch, remoteAddress, subprotocol, transport } = socket;
    const before = this.sockets.get(stationId);
    if (before !== undefined) this.checksum.toggle(stationId, before);
    this.sockets.set(stationId, epoch);
    this.checksum.toggle(stationId, epoch);
    this.report({ kind: 'opened', ...this.now(), tenantId, stationId, epoch, remoteAddress, subprotocol, transport });
  }

  closed(socket: SocketIdentity, code: number, reason: string): void {
    this.forget(socket);
    const { tenantId, stationId, epoch } = socket;
    this.report({ kind: 'closed', ...this.now(), tenantId, stationId, epoch, code, reason });
  }

  /** The socket lives on at another gateway under a newer epoch, which reports it. */
  forget({ stationId, epoch }: Pick<SocketIdentity, 'stationId' | 'epoch'>): void {
    if (this.sockets.get(stationId) !== epoch) return;
    this.sockets.delete(stationId);
    this.checksum.toggle(stationId, epoch);
  }

  /** Waits until all reports are acknowledged, `graceMs` at most, then tells that this gateway is gone: whatever is left is offline. */
  async stop(graceMs: number): Promise<void> {
    if (this.beatTimer) this.time.timers.clear(this.beatTimer);
    this.served?.unsubscribe();
    await this.settled(graceMs);
    this.stopped = true;
    for (const timer of [this.paused, this.held]) if (timer) this.time.timers.clear(timer);
    await this.tell({ kind: 'stopping', ...this.now() });
  }

  private settled(graceMs: number): Promise<void> {
    if (this.reports.size === 0) return Promise.resolve();
    if (this.held) this.time.timers.clear(this.held);
    this.held = undefined;
    this.pump();
    return new Promise((resolve) => {
      const late = this.time.timers.setTimeout(resolve, graceMs);
      this.whenSettled = () => {
        this.time.timers.clear(late);
        resolve();
      };
    });
  }

  private report(report: SocketReport): void {
    // Of a report that finds the queue full the checksum of the next beat tells.
    this.reports.put(report);
    this.pumpOrHold();
  }

  /** Holds back while it is crowded, once for so long: a crowd that does not end is told of beside it. */
  private pumpOrHold(): void {
    if (this.held) return;
    const nowMs = this.time.clock.monotonicMs();
    this.crowdedSinceMs = this.crowded() ? (this.crowdedSinceMs ?? nowMs) : undefined;
    if (this.crowdedSinceMs === undefined || nowMs >= this.crowdedSinceMs + HOLD_MS) return this.pump();
    this.held = this.time.timers.setTimeout(() => {
      this.held = undefined;
      this.pumpOrHold();
    }, LOOK_EVERY_MS);
  }

  private pump(): void {
    if (this.sending >= AT_ONCE || this.paused || this.held || this.stopped || this.reports.size === 0) return;
    this.sending += 1;
    void this.deliver();
  }

  /** All that wait, in one message: a storm is two reports of each station. */
  private async deliver(): Promise<void> {
    await this.batch.next();
    const reports = this.reports.take(REPORTS_AT_ONCE);
    const [first] = reports;
    const told = first === undefined || (await this.tell(reports.length === 1 ? first : { kind: 'sockets', ...this.now(), reports }));
    this.sending -= 1;
    if (told) {
      this.reports.done(reports);
      this.failures = 0;
    } else {
      this.reports.failed(reports);
      this.pauseReports();
    }
    if (first === undefined) return;
    if (this.reports.size === 0) this.whenSettled?.();
    this.pump();
  }

  /** When one report finds nobody, none does: they all wait together. */
  private pauseReports(): void {
    if (this.paused) return;
    this.failures += 1;
    this.paused = this.time.timers.setTimeout(() => {
      this.paused = undefined;
      this.pump();
    }, backOffMs(this.failures));
  }

  private beatAfter(ms: number): void {
    this.beatTimer = this.time.timers.setTimeout(() => {
      this.beatAfter(this.settings.beatIntervalMs);
      void this.beat();
    }, ms);
  }

  private async beat(): Promise<void> {
    const reply = await this.tell({ kind: 'beat', ...this.now(), sockets: this.sockets.size, checksum: this.checksum.hex });
    if (reply === undefined || reply === 'refused' || reply.resync !== true || this.snapshotting) return;
    // What is held back is what the back end's picture lacks.
    if (this.held) return;
    this.snapshotting = true;
    await this.snapshot();
    this.snapshotting = false;
  }

  private async snapshot(): Promise<void> {
    const sockets = Array.from(this.sockets, ([stationId, epoch]) => ({ stationId, epoch }));
    const chunks = Math.max(1, Math.ceil(sockets.length / SNAPSHOT_CHUNK));
    // One time for all chunks: by it the back end knows that they belong together.
    const taken = this.now();
    this.logger.info('presence.snapshot', { sockets: sockets.length, chunks });
    for (let chunk = 0; chunk < chunks; chunk += 1) {
      const part = sockets.slice(chunk * SNAPSHOT_CHUNK, (chunk + 1) * SNAPSHOT_CHUNK);
      const reply = await this.tell({ kind: 'snapshot', ...taken, chunk, chunks, sockets: part });
      if (!reply) return;
    }
  }

  private list({ after = '' }: SocketsRequest): SocketsReply {
    const rest = Array.from(this.sockets, ([stationId, epoch]) => ({ stationId, epoch }))
      .filter((socket) => socket.stationId > after)
      .sort((a, b) => (a.stationId < b.stationId ? -1 : 1));
    return { ...this.now(), sockets: rest.slice(0, SOCKETS_PER_REPLY), more: rest.length > SOCKETS_PER_REPLY };
  }

  private now() {
    return { ...this.name, at: this.time.clock.now().toISOString() };
  }

  /** Undefined when it was not acknowledged; `refused` when it never will be. */
  private async tell(report: PresenceReport): Promise<PresenceReply | 'refused' | undefined> {
    try {
      const reply = await this.bus.request(StationPathSubject.presence, JSON.stringify(report), { timeoutMs: REPORT_TIMEOUT_MS });
      if (reply.headers[StationPathHeader.retry] === 'true') return undefined;
      return readReply(reply.body);
    } catch (error) {
      if (AppError.is(error) && (error.kind === 'unavailable' || error.kind === 'timeout')) return undefined;
      this.logger.error('presence.refused', { kind: report.kind }, error);
      return AppError.is(error) && error.kind === 'invalid' ? 'refused' : undefined;
    }
  }
}

function readReply(body: string): PresenceReply {
  const reply = JSON.parse(body) as Partial<PresenceReply> | null;
  if (reply?.ok !== true) throw gatewayErrors.unreadableReply({ subject: 'ocpp.presence' });
  return reply as PresenceReply;
}
