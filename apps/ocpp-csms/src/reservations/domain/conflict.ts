/** A reservation that holds, as far as others are concerned. */
export interface OpenReservation {
  /** 0: any EVSE of the station. */
  evseNumber: number;
}

/** What a new reservation meets. */
export interface Circumstances {
  evses: readonly {
    number: number;
    /** A session is running there. */
    occupied: boolean;
  }[];
  /** Of the station. */
  open: readonly OpenReservation[];
  token: {
    /** Open reservations of the token, at any station. */
    reservations: number;
    charges: boolean;
    /** May charge at several places at once. */
    allowConcurrent: boolean;
  };
  reservationsPerToken: number;
}

export type Conflict = 'evseReserved' | 'evseOccupied' | 'noEvseLeft' | 'tokenCharges' | 'tokenHasEnough';

/**
 * Why an EVSE (0: any of the station) cannot be reserved from now on. OCPP 1.6 reservations begin when they are made, so that any two
 * of an EVSE overlap. Faults and unavailability are the station's to judge: it answers with them (§5.13).
 */
export function conflictOf(evseNumber: number, { evses, open, token, reservationsPerToken }: Circumstances): Conflict | undefined {
  if (token.charges && !token.allowConcurrent) return 'tokenCharges';
  if (token.reservations >= reservationsPerToken) return 'tokenHasEnough';
  if (evseNumber > 0 && open.some((other) => other.evseNumber === evseNumber)) return 'evseReserved';
  if (evses.some(({ number, occupied }) => number === evseNumber && occupied)) return 'evseOccupied';
  const taken = new Set([...open.map((other) => other.evseNumber), evseNumber]);
  const free = evses.filter(({ number, occupied }) => !occupied && !taken.has(number)).length;
  const promised = [...open.map((other) => other.evseNumber), evseNumber].filter((number) => number === 0).length;
  return promised > free ? 'noEvseLeft' : undefined;
}
