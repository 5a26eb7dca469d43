/** Column `status`. */
export type ReservationStatus = 'requested' | 'active' | 'used' | 'cancelled' | 'expired' | 'refused' | 'broken';

/** True while the reservation keeps others from its EVSE. */
export function isOpen(status: ReservationStatus): boolean {
  return status === 'requested' || status === 'active';
}

/** A reservation that a session may concern. */
export interface HeldReservation {
  reservationId: string;
  ocppId: number;
  /** 0: any EVSE of the station. */
  evseNumber: number;
  idToken: string;
  groupToken?: string;
  status: ReservationStatus;
  requestedAt: Date;
  /** When it expires, or when it was cancelled. */
  until: Date;
}

/** A session that has begun at the station of the reservations. */
export interface BegunSession {
  evseNumber: number;
  idToken: string;
  groupToken?: string;
  /** As the station told it (OCPP 1.6 §4.8: the reservation that the transaction ends). */
  reservationOcppId?: number;
  startedAt: Date;
}

export interface Consumption {
  /** Came true with the session. */
  used?: HeldReservation;
  /** Cannot come true: another id token charges at its EVSE. */
  broken: HeldReservation[];
}

/** Clocks of stations are about so far off ours. */
const SLACK_MS = 120_000;

/**
 * Which reservation a session uses: the one that the station names, whoever's it is, since the station has judged it; else one of the
 * same id token, else of its group, at the EVSE before one for any EVSE. A start that was told late counts at its own time, also for a
 * reservation that has expired meanwhile. The session is recorded in any case: this says what becomes of reservations.
 */
export function consumptionOf(session: BegunSession, reservations: readonly HeldReservation[]): Consumption {
  const alive = reservations.filter(({ status }) => status !== 'used' && status !== 'refused');
  const named = alive.find(({ ocppId }) => ocppId === session.reservationOcppId);
  const here = alive.filter((one) => within(one, session.startedAt));
  const used = named ?? best(session, here);
  const broken = here.filter(
    (one) => one !== used && isOpen(one.status) && one.evseNumber === session.evseNumber && rank(session, one) === NOT_THEIRS,
  );
  return { ...(used && { used }), broken };
}

const NOT_THEIRS = -1;

function best(session: BegunSession, reservations: readonly HeldReservation[]): HeldReservation | undefined {
  const theirs = reservations.filter((one) => rank(session, one) !== NOT_THEIRS);
  return theirs.toSorted((a, b) => rank(session, a) - rank(session, b) || a.ocppId - b.ocppId)[0];
}

/** Lower is closer. */
function rank(session: BegunSession, { evseNumber, idToken, groupToken }: HeldReservation): number {
  if (evseNumber !== 0 && evseNumber !== session.evseNumber) return NOT_THEIRS;
  const same = idToken.toLowerCase() === session.idToken.toLowerCase();
  const group = groupToken !== undefined && groupToken.toLowerCase() === session.groupToken?.toLowerCase();
  if (!same && !group) return NOT_THEIRS;
  return (evseNumber === 0 ? 2 : 0) + (same ? 0 : 1);
}

function within({ requestedAt, until }: HeldReservation, at: Date): boolean {
  return at.getTime() >= requestedAt.getTime() - SLACK_MS && at.getTime() < until.getTime() + SLACK_MS;
}
