import { describe, expect, it } from '@jest/globals';
import { conflictOf, type Circumstances } from './conflict.js';
import { consumptionOf, type BegunSession, type HeldReservation } from './consumption.js';

describe('a new reservation', () => {
  const free = (...occupied: number[]): Circumstances => ({
    evses: [1, 2].map((number) => ({ number, occupied: occupied.includes(number) })),
    open: [],
    token: { reservations: 0, charges: false, allowConcurrent: false },
    reservationsPerToken: 1,
  });

  it.each([
    ['of a free EVSE', 1, free(), undefined],
    ['of any EVSE while one is free', 0, free(1), undefined],
    ['of an EVSE with a session', 1, free(1), 'evseOccupied'],
    ['of a reserved EVSE', 1, { ...free(), open: [{ evseNumber: 1 }] }, 'evseReserved'],
    ['of the EVSE beside a reserved one', 2, { ...free(), open: [{ evseNumber: 1 }] }, undefined],
    ['of any EVSE while none is free', 0, free(1, 2), 'noEvseLeft'],
    ['of any EVSE while one is busy and one reserved', 0, { ...free(1), open: [{ evseNumber: 2 }] }, 'noEvseLeft'],
    ['of as many EVSEs as there are', 0, { ...free(), open: [{ evseNumber: 0 }] }, undefined],
    ['of more EVSEs than there are', 0, { ...free(), open: [{ evseNumber: 0 }, { evseNumber: 0 }] }, 'noEvseLeft'],
    ['of the last EVSE that another was promised', 1, { ...free(2), open: [{ evseNumber: 0 }] }, 'noEvseLeft'],
    ['for a token that charges', 1, { ...free(), token: { reservations: 0, charges: true, allowConcurrent: false } }, 'tokenCharges'],
    [
      'for a token that may charge at many places',
      1,
      { ...free(), token: { reservations: 0, charges: true, allowConcurrent: true } },
      undefined,
    ],
    [
      'for a token with enough of them',
      1,
      { ...free(), token: { reservations: 1, charges: false, allowConcurrent: true } },
      'tokenHasEnough',
    ],
  ] as const)('%s', (_, evseNumber, circumstances, conflict) => {
    expect(conflictOf(evseNumber, circumstances)).toBe(conflict);
  });
});

describe('a session that begins', () => {
  const at = (minutes: number) => new Date(Date.UTC(2026, 2, 5, 10, minutes));
  const held = (o: Partial<HeldReservation> = {}): HeldReservation => ({
    reservationId: `r${o.ocppId ?? 1}`,
    ocppId: 1,
    evseNumber: 1,
    idToken: 'HOLDER',
    status: 'active',
    requestedAt: at(0),
    until: at(30),
    ...o,
  });
  const begun = (o: Partial<BegunSession> = {}): BegunSession => ({ evseNumber: 1, idToken: 'holder', startedAt: at(10), ...o });
  const outcome = (session: BegunSession, ...reservations: HeldReservation[]) => {
    const { used, broken } = consumptionOf(session, reservations);
    return { used: used?.ocppId, broken: broken.map(({ ocppId }) => ocppId) };
  };

  it.each([
    ['uses the one of its token', begun(), [held()], { used: 1, broken: [] }],
    ['uses the one of its group', begun({ idToken: 'MATE', groupToken: 'g' }), [held({ groupToken: 'G' })], { used: 1, broken: [] }],
    [
      'of a group breaks the one for a token alone',
      begun({ idToken: 'MATE', groupToken: 'G' }),
      [held()],
      { used: undefined, broken: [1] },
    ],
    [
      'uses the one that the station names',
      begun({ reservationOcppId: 2 }),
      [held(), held({ ocppId: 2, evseNumber: 2 })],
      { used: 2, broken: [] },
    ],
    [
      'uses the one that the station names for another token',
      begun({ idToken: 'X', reservationOcppId: 1 }),
      [held()],
      { used: 1, broken: [] },
    ],
    ['uses one for any EVSE', begun({ evseNumber: 2 }), [held({ evseNumber: 0 })], { used: 1, broken: [] }],
    ['uses the one of its EVSE first', begun(), [held({ evseNumber: 0 }), held({ ocppId: 2 })], { used: 2, broken: [] }],
    ['leaves the one of another EVSE', begun({ evseNumber: 2 }), [held()], { used: undefined, broken: [] }],
    ['of another token breaks the one of the EVSE', begun({ idToken: 'X' }), [held()], { used: undefined, broken: [1] }],
    ['of another token leaves one for any EVSE', begun({ idToken: 'X' }), [held({ evseNumber: 0 })], { used: undefined, broken: [] }],
    ['told late uses one that has expired since', begun(), [held({ status: 'expired' })], { used: 1, broken: [] }],
    ['told late uses one that was cancelled after it', begun(), [held({ status: 'cancelled', until: at(20) })], { used: 1, broken: [] }],
    ['leaves one that was cancelled before', begun(), [held({ status: 'cancelled', until: at(5) })], { used: undefined, broken: [] }],
    ['after the end leaves it', begun({ startedAt: at(40) }), [held()], { used: undefined, broken: [] }],
    ['before the request leaves it', begun({ startedAt: at(-10) }), [held()], { used: undefined, broken: [] }],
    [
      'leaves what was used or refused',
      begun({ reservationOcppId: 1 }),
      [held({ status: 'used' }), held({ ocppId: 2, status: 'refused' })],
      { used: undefined, broken: [] },
    ],
  ] as const)('%s', (_, session, reservations, expected) => {
    expect(outcome(session, ...reservations)).toEqual(expected);
  });
});
