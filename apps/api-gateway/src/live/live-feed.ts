import type { CommandState, IntakeIssueState, MessageTelemetry, ReservationState, SessionState, StationState } from '@ampline/contracts';

/** Something was missed; see `Resync` of the schema. */
export interface Missed {
  readonly missed: 'BUS_RECONNECTED' | 'OVERFLOW';
}

/** One reading of `telemetry.meter`, as csms tells it. */
export interface LiveReading {
  readonly sessionId: string;
  readonly at: string;
  readonly registerWh: string | null;
  readonly powerW: number | null;
  readonly socPercent: number | null;
}

/**
 * What happens in the viewer's tenant, for one subscription at a time: each iterator is filtered by tenant and by what the viewer may see,
 * holds a bounded number of items, and yields {@link Missed} after a gap. Ends when the operation's signal is aborted.
 */
export interface LiveFeed {
  stations(select: (station: StationState) => boolean): AsyncIterableIterator<StationState | Missed>;
  sessions(select: (session: SessionState) => boolean): AsyncIterableIterator<SessionState | Missed>;
  /** Readings of one session at a site. The caller has checked that the viewer may see the session. */
  readings(o: { sessionId: string; siteId: string }): AsyncIterableIterator<LiveReading | Missed>;
  /** Messages of one station: asks csms for them for as long as it is read. */
  messages(o: { stationId: string; identity: string }): AsyncIterableIterator<MessageTelemetry | Missed>;
  commands(select: (command: CommandState) => boolean): AsyncIterableIterator<CommandState | Missed>;
  reservations(select: (reservation: ReservationState) => boolean): AsyncIterableIterator<ReservationState | Missed>;
  issues(select: (issue: IntakeIssueState) => boolean): AsyncIterableIterator<IntakeIssueState | Missed>;
}
