import type { SocketReport } from '@ampline/contracts';

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

  /** The longest waiting reports whose stations have none under way, so many at most. Give them back with `done` or `failed`. */
  take(most: number): SocketReport[] {
    const reports: SocketReport[] = [];
    for (const [stationId, report] of this.waiting) {
      if (reports.length >= most) break;
      if (this.taken.has(stationId)) continue;
      this.waiting.delete(stationId);
      this.taken.add(stationId);
      reports.push(report);
    }
    return reports;
  }

  done(reports: readonly SocketReport[]): void {
    for (const { stationId } of reports) this.taken.delete(stationId);
  }

  failed(reports: readonly SocketReport[]): void {
    this.done(reports);
    for (const report of reports) if (!this.waiting.has(report.stationId)) this.waiting.set(report.stationId, report);
  }
}

/** Of one station, by connection first; a connection closes after it has opened. */
function isNewer(a: SocketReport, b: SocketReport): boolean {
  return a.epoch > b.epoch || (a.epoch === b.epoch && a.kind === 'closed' && b.kind === 'opened');
}
