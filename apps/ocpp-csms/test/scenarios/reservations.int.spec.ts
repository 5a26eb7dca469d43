import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { ReservationStatus, type ReservationState } from '@ampline/contracts';
import { uuidv7 } from '@ampline/kernel-ids';
import { eventually } from '@ampline/platform-testing';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import { ConnectedStation, silent } from '../support/connected-station.js';
import { answers, refuses, type Behaviour } from '../support/fake-gateway.js';
import { codeOf, RunningCsms, type Clients, type TestTenant } from '../support/running-csms.js';

let csms: RunningCsms;
let demo: TestTenant;
let reservations: Clients['reservations'];
let tokens = 0;

beforeAll(async () => {
  csms = await RunningCsms.start({ OCPP_CSMS_SETTINGS_DELAY_MS: '0' }, 2);
  demo = await csms.tenant('demo');
  ({ reservations } = csms.as('operator', demo.tenantId));
});
afterAll(() => csms.stop());
const connected: ConnectedStation[] = [];
afterEach(async () => {
  for (const station of connected.splice(0)) await station.disconnect();
});

async function connect(behaviour: Behaviour, evses = 2): Promise<ConnectedStation> {
  const station = await ConnectedStation.connect(csms, demo, behaviour, evses);
  connected.push(station);
  return station;
}

async function token(group?: string): Promise<string> {
  const idToken = `TOKEN${++tokens}`;
  await csms.admin.query(
    `INSERT INTO id_token (id_token_id, tenant_id, id_token, status, group_id, group_token, allow_concurrent, version)
     VALUES ($1, $2, $3, 'active', $4, $5, false, 1)`,
    [uuidv7(), demo.tenantId, idToken, group ? uuidv7() : null, group ?? null],
  );
  return idToken;
}

const inMinutes = (minutes: number) => timestampFromDate(new Date(Date.now() + minutes * 60_000));

interface Wish {
  evseNumber?: number;
  idToken?: string;
  forGroup?: boolean;
  minutes?: number;
  idempotencyKey?: string;
}

async function reserve({ stationId }: ConnectedStation, o: Wish = {}, clients = reservations): Promise<ReservationState> {
  const { evseNumber = 1, forGroup = false, minutes = 30, idempotencyKey = '' } = o;
  const idToken = o.idToken ?? (await token());
  const { reservation } = await clients.createReservation({
    ...{ stationId, evseNumber, idToken, forGroup, idempotencyKey },
    expiresAt: inMinutes(minutes),
  });
  return reservation as ReservationState;
}

async function now({ reservationId }: ReservationState): Promise<ReservationState> {
  return (await reservations.getReservation({ reservationId })).reservation as ReservationState;
}

function becomes(reservation: ReservationState, status: ReservationStatus): Promise<ReservationState> {
  return eventually(async () => {
    const current = await now(reservation);
    return current.status === status && current;
  });
}

/** As if so much time had passed for the row. */
async function set({ reservationId }: ReservationState, column: 'expires_at' | 'due_at', inSeconds: number): Promise<void> {
  await csms.admin.query(`UPDATE reservation SET ${column} = now() + $2 * interval '1 second' WHERE reservation_id = $1`, [
    reservationId,
    inSeconds,
  ]);
}

async function start(station: ConnectedStation, o: { connectorId?: number; idTag: string; reservationId?: number; at?: Date }) {
  const { at = new Date(), connectorId = 1, ...rest } = o;
  const payload = { connectorId, meterStart: 0, timestamp: at.toISOString(), ...rest };
  const outcome = await station.wire.call('StartTransaction', payload);
  if (outcome.kind !== 'result') throw new Error('the start was not taken');
  const { rows } = await csms.admin.query<{ transaction_id: string }>('SELECT transaction_id FROM ocpp_transaction WHERE ocpp_id = $1', [
    outcome.payload['transactionId'],
  ]);
  return rows[0]?.transaction_id;
}

const ACCEPTS = answers({ status: 'Accepted' });
const { REQUESTED, ACTIVE, USED, CANCELLED, EXPIRED, REFUSED, BROKEN } = ReservationStatus;

describe('a reservation', () => {
  it('is asked of the station with an id of its own, its end and the group, and told as facts', async () => {
    const station = await connect(ACCEPTS);
    const idToken = await token('FLEET');
    const reservation = await reserve(station, { idToken, forGroup: true });
    expect(reservation).toMatchObject({ status: ACTIVE, idToken, groupToken: 'FLEET', reason: '', evseNumber: 1 });
    expect(station.got('ReserveNow')).toEqual([
      {
        ...{ connectorId: 1, idTag: idToken, parentIdTag: 'FLEET', reservationId: reservation.ocppId },
        expiryDate: new Date(Number(reservation.expiresAt?.seconds) * 1_000 + (reservation.expiresAt?.nanos ?? 0) / 1e6).toISOString(),
      },
    ]);
    const facts = await csms.facts(reservation.reservationId);
    expect(facts.map(({ version, payload }) => [version, payload['status']])).toEqual([
      ['1', 'RESERVATION_STATUS_REQUESTED'],
      ['2', 'RESERVATION_STATUS_ACTIVE'],
    ]);
  });

  it.each(['Faulted', 'Occupied', 'Rejected', 'Unavailable'])(
    'that the station answers with %s is refused, and the EVSE is free',
    async (status) => {
      const station = await connect(answers({ status }));
      expect(await reserve(station)).toMatchObject({ status: REFUSED, reason: status });
      await station.reconnect(ACCEPTS);
      expect(await reserve(station)).toMatchObject({ status: ACTIVE });
    },
  );

  it('of a station that does not know reservations, or is away, is refused', async () => {
    const station = await connect(refuses('NotImplemented', 'no reservations'));
    expect(await reserve(station)).toMatchObject({ status: REFUSED, reason: 'NotImplemented' });
    await station.disconnect();
    expect(await reserve(station)).toMatchObject({ status: REFUSED, reason: 'station-offline' });
  });

  it('asked for twice with one key is one', async () => {
    const station = await connect(ACCEPTS);
    const wish = { idToken: await token(), idempotencyKey: `key-${station.stationId}` };
    const [one, other] = await Promise.all([
      reserve(station, wish),
      reserve(station, wish, csms.as('operator', demo.tenantId, 1).reservations),
    ]);
    expect(one.reservationId).toBe(other.reservationId);
    expect(station.got('ReserveNow')).toHaveLength(1);
    expect(await codeOf(reserve(station, { ...wish, evseNumber: 2 }))).toBe('csms.idempotency-key-reused');
  });

  it('of one EVSE wins over another that two replicas are asked for at once', async () => {
    const station = await connect(ACCEPTS);
    const asked = [0, 1].map((replica) => codeOf(reserve(station, {}, csms.as('operator', demo.tenantId, replica).reservations)));
    expect((await Promise.all(asked)).sort()).toEqual(['answered', 'csms.reservation.evse-reserved']);
    expect(station.got('ReserveNow')).toHaveLength(1);
  });

  it('is not made against the rules', async () => {
    const station = await connect(ACCEPTS);
    const idToken = await token();
    await start(station, { idTag: idToken });
    expect(await codeOf(reserve(station))).toBe('csms.reservation.evse-occupied');
    expect(await codeOf(reserve(station, { evseNumber: 2, idToken }))).toBe('csms.reservation.token-charges');
    expect(await codeOf(reserve(station, { evseNumber: 9 }))).toBe('csms.evse-unknown');
    expect(await codeOf(reserve(station, { idToken: 'NOBODY' }))).toBe('csms.reservation.token-refused');
    expect(await codeOf(reserve(station, { evseNumber: 2, forGroup: true }))).toBe('csms.reservation.group-missing');
    expect(await codeOf(reserve(station, { minutes: 121 }))).toBe('csms.invalid-field');
    expect(await codeOf(reserve(station, { minutes: -1 }))).toBe('csms.invalid-field');
    const busy = await token();
    await reserve(station, { evseNumber: 2, idToken: busy });
    expect(await codeOf(reserve(await connect(ACCEPTS), { idToken: busy }))).toBe('csms.reservation.token-has-enough');
    expect(station.got('ReserveNow')).toHaveLength(1);
  });

  it('of any EVSE is for stations that can', async () => {
    const zero =
      (value?: string): Behaviour =>
      (command) =>
        command.action === 'GetConfiguration'
          ? answers({ configurationKey: value ? [{ key: 'ReserveConnectorZeroSupported', readonly: true, value }] : [] })(command)
          : ACCEPTS(command);
    const station = await connect(zero('true'));
    expect(await reserve(station, { evseNumber: 0 })).toMatchObject({ status: ACTIVE, evseNumber: 0 });
    expect(await codeOf(reserve(await connect(zero('false')), { evseNumber: 0 }))).toBe('csms.reservation.zero-unsupported');
    expect(await codeOf(reserve(await connect(zero()), { evseNumber: 0 }))).toBe('csms.reservation.zero-unsupported');
    expect(await codeOf(reserve(await connect(silent), { evseNumber: 0 }))).toBe('csms.reservation.station-silent');
  });

  it('is prolonged under its id, and stays as it was where the station refuses', async () => {
    const station = await connect(ACCEPTS);
    const reservation = await reserve(station);
    const { reservationId } = reservation;
    const later = inMinutes(60);
    const { reservation: changed } = await reservations.changeReservation({ reservationId, expiresAt: later });
    expect(changed).toMatchObject({ status: ACTIVE, expiresAt: { seconds: later.seconds }, version: 3n });
    expect(station.got('ReserveNow').map((request) => request['reservationId'])).toEqual([reservation.ocppId, reservation.ocppId]);
    await station.reconnect(answers({ status: 'Occupied' }));
    const { reservation: same } = await reservations.changeReservation({ reservationId, expiresAt: inMinutes(90) });
    expect(same).toMatchObject({ status: ACTIVE, expiresAt: { seconds: later.seconds }, version: 3n });
  });
});

describe('a session uses the reservation', () => {
  it('that the station names', async () => {
    const station = await connect(ACCEPTS);
    const reservation = await reserve(station);
    const sessionId = await start(station, { idTag: reservation.idToken, reservationId: reservation.ocppId });
    expect(await now(reservation)).toMatchObject({ status: USED, sessionId });
  });

  it('of its id token, and of its group, where the station names none', async () => {
    const station = await connect(ACCEPTS);
    const own = await reserve(station);
    expect(await start(station, { idTag: own.idToken.toLowerCase() })).toBe((await now(own)).sessionId);
    const group = await reserve(station, { evseNumber: 2, idToken: await token('CREW'), forGroup: true });
    const sessionId = await start(station, { connectorId: 2, idTag: await token('CREW') });
    expect(await now(group)).toMatchObject({ status: USED, sessionId });
  });

  it('and another token at the reserved EVSE breaks it; the session is recorded all the same', async () => {
    const station = await connect(ACCEPTS);
    const reservation = await reserve(station);
    const sessionId = await start(station, { idTag: await token() });
    expect(sessionId).toBeDefined();
    expect(await now(reservation)).toMatchObject({ status: BROKEN, reason: 'other-id-token', sessionId });
  });

  it('that has expired since, when its start is told late', async () => {
    const station = await connect(ACCEPTS);
    const reservation = await reserve(station);
    const at = new Date();
    await set(reservation, 'expires_at', -1);
    await becomes(reservation, EXPIRED);
    const sessionId = await start(station, { idTag: reservation.idToken, at });
    expect(await now(reservation)).toMatchObject({ status: USED, sessionId });
  });
});

describe('the end of a reservation', () => {
  it('is told to the station; one that it does not know is over all the same', async () => {
    const station = await connect(ACCEPTS);
    const one = await reserve(station);
    const { reservation: cancelled } = await reservations.cancelReservation({ reservationId: one.reservationId });
    expect(cancelled).toMatchObject({ status: CANCELLED });
    expect(station.got('CancelReservation')).toEqual([{ reservationId: one.ocppId }]);
    expect(await codeOf(reservations.changeReservation({ reservationId: one.reservationId, expiresAt: inMinutes(9) }))).toBe(
      'csms.reservation.over',
    );
    const other = await reserve(station);
    await station.reconnect(answers({ status: 'Rejected' }));
    await reservations.cancelReservation({ reservationId: other.reservationId });
    await set(other, 'due_at', 0);
    expect(await now(other)).toMatchObject({ status: CANCELLED });
  });

  it('is told to a station that was away when it is back', async () => {
    const station = await connect(ACCEPTS);
    const reservation = await reserve(station);
    await station.disconnect();
    await reservations.cancelReservation({ reservationId: reservation.reservationId });
    await station.reconnect(ACCEPTS);
    await eventually(() => station.got('CancelReservation').length === 1);
  });

  it('comes by our clock, also while the station is away, and frees the EVSE', async () => {
    const station = await connect(ACCEPTS);
    const reservation = await reserve(station);
    await station.disconnect();
    await set(reservation, 'expires_at', -1);
    expect(await becomes(reservation, EXPIRED)).toMatchObject({ sessionId: '', version: 3n });
    await station.reconnect(ACCEPTS);
    expect(await reserve(station)).toMatchObject({ status: ACTIVE });
  });

  it('is told to a station whose clock is wrong, and to no other', async () => {
    const stations = [await connect(ACCEPTS), await connect(ACCEPTS)];
    const status = { connectorId: 1, errorCode: 'NoError', status: 'Reserved' };
    await stations[0]?.wire.call('StatusNotification', status);
    const held = await Promise.all(stations.map((station) => reserve(station)));
    for (const reservation of held) await set(reservation, 'expires_at', -1);
    for (const reservation of held) await becomes(reservation, EXPIRED);
    for (const reservation of held) await set(reservation, 'due_at', 0);
    await eventually(() => stations[0]?.got('CancelReservation').length === 1);
    await eventually(
      async () =>
        (
          await csms.admin.query("SELECT 1 FROM reservation WHERE due_at < now() + interval '1 minute' AND reservation_id = $1", [
            held[1]?.reservationId,
          ])
        ).rowCount === 0,
    );
    expect(stations[1]?.got('CancelReservation')).toEqual([]);
  });
});

describe('what nobody answered', () => {
  it('is asked again under the same id until it is answered', async () => {
    const station = await connect(silent);
    const reservation = await reserve(station);
    expect(reservation).toMatchObject({ status: REQUESTED });
    await station.reconnect(ACCEPTS);
    // As after the death of the replica that had asked.
    await set(reservation, 'due_at', 0);
    await becomes(reservation, ACTIVE);
    expect(station.got('ReserveNow').map((request) => request['reservationId'])).toEqual([reservation.ocppId]);
  });

  it('and is refused when it is asked again is taken back as well', async () => {
    const station = await connect(silent);
    const reservation = await reserve(station);
    await station.reconnect((command) => answers({ status: command.action === 'ReserveNow' ? 'Faulted' : 'Accepted' })(command));
    await set(reservation, 'due_at', 0);
    expect(await becomes(reservation, REFUSED)).toMatchObject({ reason: 'Faulted' });
    await eventually(() => station.got('CancelReservation').length === 1);
  });
});

describe('after a boot', () => {
  it('a station gets its reservations again, and one that it cannot keep is broken', async () => {
    const station = await connect(ACCEPTS);
    const [one, other] = [await reserve(station), await reserve(station, { evseNumber: 2 })];
    await station.reconnect((command) =>
      answers({ status: (command.payload as { connectorId?: number }).connectorId === 2 ? 'Unavailable' : 'Accepted' })(command),
    );
    await station.boot();
    expect(await becomes(other, BROKEN)).toMatchObject({ reason: 'Unavailable' });
    expect(await now(one)).toMatchObject({ status: ACTIVE, version: 2n });
    expect(
      station
        .got('ReserveNow')
        .map((request) => request['reservationId'])
        .sort(),
    ).toEqual([one.ocppId, other.ocppId]);
  });
});
