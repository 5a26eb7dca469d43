import type { PresenceReport } from '@ampline/contracts';

export type SocketReport = Extract<PresenceReport, { kind: 'opened' | 'closed' }>;

/**
 * Reports that the back end has not acknowledged, at most one per station: the newest says it all. Reports of one station are
 * taken one after the other, so that `closed` never overtakes the `opened` it follows.
 */
export class ReportQueue {
  private readonly waiting = new Map<string, SocketReport>();
  private readonly taken = new Set<string>();

  constructor(private readonly most: number) {}

  /** Reports not yet acknowledged. */
  get size(): number {
    return this.waiting.size + this.taken.size;
  }

  /** False when the queue is full and the report is lost: then only a snapshot brings the back end up to date. */
  put(report: SocketReport): boolean {
    const waiting = this.waiting.get(report.stationId);
    if (waiting && isNewer(waiting, report)) return true;
    if (!waiting && this.waiting.size >= this.most) return false;
    this.waiting.set(report.stationId, report);
    return true;
  }

  /** The longest waiting report whose station has none under way. Give it back with `done` or `failed`. */
  take(): SocketReport | undefined {
    for (const [stationId, report] of this.waiting) {
      if (this.taken.has(stationId)) continue;
      this.waiting.delete(stationId);
      this.taken.add(stationId);
      return report;
    }
    return undefined;
  }

  done(report: SocketReport): void {
    this.taken.delete(report.stationId);
  }

  failed(report: SocketReport): void {
    this.taken.delete(report.stationId);
    if (!this.waiting.has(report.stationId)) this.waiting.set(report.stationId, report);
  }
}

/** Of one station, by connection first; a connection closes after it has opened. */
function isNewer(a: SocketReport, b: SocketReport): boolean {
  return a.epoch > b.epoch || (a.epoch === b.epoch && a.kind === 'closed' && b.kind === 'opened');
}
