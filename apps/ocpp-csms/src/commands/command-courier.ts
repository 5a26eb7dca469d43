import { StationPathHeader, StationPathSubject, type CommandReply } from '@ampline/contracts';
import { AppError } from '@ampline/kernel-errors';
import type { Clock, Timers } from '@ampline/kernel-time';
import { BusHeader, type Bus, type Reply } from '@ampline/platform-nats';
import type { Database } from '@ampline/platform-postgres';

/** A command on its way. */
export interface Parcel {
  commandId: string;
  stationId: string;
  /** Slug. */
  tenant: string;
  identity: string;
  action: string;
  payload: Record<string, unknown>;
  /** Epoch of the socket it is meant for. */
  epoch: bigint;
  /** That socket was reported open; else it may be on the point of being opened. */
  open: boolean;
  /** Not sent to the station after this. */
  deadline: Date;
}

/** How a delivery ended. */
export type Ending =
  | Extract<CommandReply, { outcome: 'answered' | 'call-error' }>
  /** Nobody holds a socket of the station. */
  | { outcome: 'offline' }
  /** Possibly sent, and no answer: the station may or may not have carried it out. */
  | { outcome: 'timeout'; messageId?: string; requestFrame?: string }
  | { outcome: 'not-sent'; reason: 'closed' | 'queue-full' | 'deadline' | 'bus-down' };

export interface Delivery {
  ending: Ending;
  /** Epoch of the socket that it was addressed to last. */
  epoch: bigint;
}

/** A gateway tells of a deadline after it has passed, and what it tells has to travel. */
const REPLY_MARGIN_MS = 1_000;
const LOOK_EVERY_MS = 100;
/** A socket that had the command has told by then how it ended: it does so at the moment it is closed. */
const PASSED_OVER_MS = 1_000;
/** How long an admitted connection may take until it is reported open. */
const OPENING_MS = 4_000;

const CLOSED: Ending = { outcome: 'not-sent', reason: 'closed' };

/**
 * Brings a command to the one socket of a station, whichever gateway holds it, at most once.
 *
 * While a new connection takes over, the gateways of both sockets hear the request: only the socket of the named epoch sends it on,
 * the other answers `superseded`. When nothing else came and the named socket is no longer the open one, the command is addressed to
 * the newer one under the same id.
 */
export class CommandCourier {
  constructor(
    private readonly bus: Bus,
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly timers: Timers,
  ) {}

  async deliver(parcel: Parcel): Promise<Delivery> {
    for (let { epoch, open } = parcel; ;) {
      const ending = await this.attempt(parcel, epoch);
      // A socket that is being replaced may have stopped listening before the newer one began to.
      const unheard = ending.outcome === 'offline' || (ending.outcome === 'not-sent' && ending.reason === 'closed');
      // One that was not open yet may not have listened yet, and is worth a second try.
      const from = ending.outcome === 'offline' && !open ? epoch : epoch + 1n;
      const next = unheard ? await this.openEpoch(parcel, from) : undefined;
      if (next === undefined) return { ending, epoch };
      [epoch, open] = [next, true];
    }
  }

  private async attempt(parcel: Parcel, epoch: bigint): Promise<Ending> {
    if (!this.bus.connected) return { outcome: 'not-sent', reason: 'bus-down' };
    let superseded: () => void = () => undefined;
    const firstSuperseded = new Promise<void>((resolve) => (superseded = resolve));
    const answered = new AbortController();
    try {
      return await Promise.race([
        this.ask(parcel, epoch, superseded),
        firstSuperseded.then(() => this.passedOver(parcel, epoch, answered.signal)),
      ]);
    } finally {
      answered.abort();
    }
  }

  private async ask(parcel: Parcel, epoch: bigint, superseded: () => void): Promise<Ending> {
    try {
      const reply = await this.bus.requestMany(StationPathSubject.command(parcel.tenant, parcel.identity), JSON.stringify(parcel.payload), {
        timeoutMs: Math.max(0, this.remainingMs(parcel)) + REPLY_MARGIN_MS,
        headers: {
          [StationPathHeader.commandId]: parcel.commandId,
          [StationPathHeader.epoch]: epoch.toString(),
          [StationPathHeader.action]: parcel.action,
          [StationPathHeader.deadline]: parcel.deadline.toISOString(),
        },
        accept: (candidate) => {
          const ending = endingOf(candidate);
          if (ending === undefined) superseded();
          return ending !== undefined;
        },
      });
      return (reply && endingOf(reply)) ?? { outcome: 'timeout' };
    } catch (error) {
      if (AppError.is(error, 'bus.no-responders')) return { outcome: 'offline' };
      // The connection broke, or the gateway failed at it: the request may have been carried out.
      if (AppError.is(error) && (error.kind === 'unavailable' || error.kind === 'timeout')) return { outcome: 'timeout' };
      throw error;
    }
  }

  /** Settles when the named socket is no longer the open one and has had its time to tell otherwise; after that nobody will send it. */
  private async passedOver(parcel: Parcel, epoch: bigint, answered: AbortSignal): Promise<Ending> {
    const since = this.clock.monotonicMs();
    while (!answered.aborted) {
      await this.pause(LOOK_EVERY_MS);
      if (this.clock.monotonicMs() - since < PASSED_OVER_MS) continue;
      const station = await this.epochs(parcel.stationId);
      if (station && station.open !== epoch) return CLOSED;
    }
    return CLOSED;
  }

  /** The epoch of the open socket if it is `from` or later; waits for one that has been admitted a moment ago and is being opened. */
  private async openEpoch(parcel: Parcel, from: bigint): Promise<bigint | undefined> {
    const until = this.clock.monotonicMs() + Math.min(OPENING_MS, this.remainingMs(parcel));
    for (;;) {
      const station = await this.epochs(parcel.stationId);
      if (station?.open && station.open >= from) return station.open;
      if ((station && !station.opening) || this.clock.monotonicMs() >= until) return undefined;
      await this.pause(LOOK_EVERY_MS);
    }
  }

  /** Undefined while the database is away: the answer of the station is waited for all the same. */
  private async epochs(stationId: string): Promise<{ open: bigint | null; opening: boolean } | undefined> {
    try {
      const [row] = await this.database.query<{ open: bigint | null; opening: boolean }>(
        `SELECT open_epoch AS open, coalesce(opening_since > clock_timestamp() - $2 * interval '1 millisecond', false) AS opening
           FROM charging_station WHERE station_id = $1`,
        [stationId, OPENING_MS],
      );
      return row;
    } catch (error) {
      if (AppError.is(error) && error.kind === 'unavailable') return undefined;
      throw error;
    }
  }

  private remainingMs(parcel: Parcel): number {
    return parcel.deadline.getTime() - this.clock.now().getTime();
  }

  private pause(ms: number): Promise<void> {
    return new Promise((resolve) => void this.timers.setTimeout(resolve, ms));
  }
}

/** Undefined: this gateway has not sent it and will not, another one may. */
function endingOf(reply: Reply): Ending | undefined {
  if (reply.headers[BusHeader.retry] === 'true') return undefined;
  const answer = JSON.parse(reply.body) as CommandReply;
  return answer.outcome === 'superseded' ? undefined : answer;
}
