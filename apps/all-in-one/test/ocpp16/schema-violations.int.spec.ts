import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CommandOutcome, type StationState } from '@ampline/contracts';
import { OCPP16_ACTIONS, validateOutbound, type Ocpp16Action } from '@ampline/protocol-ocpp';
import { examplePayload, schemaViolations, type SchemaViolation } from '@ampline/station-simulator';
import { OcppStage } from '../support/ocpp-stage.js';
import type { RawStation } from '../support/raw-station.js';

const NOW = new Date();
const ACTIONS = Object.keys(OCPP16_ACTIONS) as Ocpp16Action[];
const FROM_STATION = ACTIONS.filter((action) => OCPP16_ACTIONS[action].direction !== 'to-station');
const TO_STATION = ACTIONS.filter((action) => OCPP16_ACTIONS[action].direction !== 'from-station');

let stage: OcppStage;
let socket: RawStation;
let station: StationState;
/** What the station answers to a command. */
let reply: Record<string, unknown> = {};

beforeAll(async () => {
  stage = await OcppStage.start();
  ({ socket, station } = await stage.raw('BROKEN', () => reply));
});
afterAll(async () => {
  expect(stage.errors).toEqual([]);
  await stage.stop();
});

const labelOf = ({ kind, path }: SchemaViolation) => `${kind} ${path}`;

describe('requests of a station, broken in every way, on one socket', () => {
  it.each(FROM_STATION)('%s is answered with the right error, or accepted and noted down', async (action) => {
    const violations = schemaViolations(action, 'request', NOW);
    const answers: unknown[] = [];
    for (const { payload, kind, path } of violations) {
      const answer = await socket.call(action, payload);
      if (answer.kind === 'error') expect(answer.description.length).toBeLessThanOrEqual(255);
      answers.push([`${kind} ${path}`, answer.kind === 'error' ? answer.code : 'accepted']);
    }
    expect(answers).toEqual(violations.map((violation) => [labelOf(violation), foreseen(violation)]));
    const archived = (await stage.archived(station.stationId, action)).slice(-violations.length);
    for (const [index, { fate }] of violations.entries()) {
      if ('refused' in fate.lenient) expect(archived[index]?.result).toBe(fate.lenient.refused);
      else expect(archived[index]?.deviations.join('\n')).toContain(fate.lenient.noted);
    }
    expect(await socket.ask('Heartbeat', {})).toHaveProperty('currentTime');
  });

  it.each(TO_STATION.filter((action) => !FROM_STATION.includes(action)))(
    '%s is not for the central system, whatever it holds',
    async (action) => {
      expect(await socket.call(action, examplePayload(action, 'request', NOW))).toMatchObject({ kind: 'error', code: 'NotSupported' });
      for (const { payload } of schemaViolations(action, 'request', NOW).slice(0, 3)) {
        expect(await socket.call(action, payload)).toMatchObject({ kind: 'error', code: 'NotSupported' });
      }
    },
  );

  it('numbers that no integer holds are answered, and the socket lives', async () => {
    for (const action of FROM_STATION) {
      const payload = examplePayload(action, 'request', NOW);
      for (const [key, value] of Object.entries(payload)) {
        if (typeof value !== 'number') continue;
        for (const number of [1e300, -1e300, 2 ** 53, -1, 0]) {
          const answer = await socket.call(action, { ...payload, [key]: number });
          expect([action, key, number, answer]).not.toContainEqual(expect.objectContaining({ code: 'InternalError' }));
        }
      }
    }
    expect(await socket.ask('Heartbeat', {})).toHaveProperty('currentTime');
  });
});

describe('commands, broken in every way', () => {
  it.each(TO_STATION)('%s is not sent', async (action) => {
    const sent = socket.commands.length;
    for (const violation of schemaViolations(action, 'request', NOW)) {
      const code = await stage.send(station.stationId, action, violation.payload).then(
        () => 'sent',
        (error: { code?: string }) => error.code,
      );
      expect([labelOf(violation), code]).toEqual([labelOf(violation), 'csms.payload-invalid']);
    }
    expect(socket.commands).toHaveLength(sent);
  });
});

describe('answers of a station to commands, broken in every way', () => {
  it.each(TO_STATION)('to %s are kept as they came, and the next command goes out', async (action) => {
    const request = REQUESTS[action] ?? examplePayload(action, 'request', NOW);
    for (const violation of schemaViolations(action, 'response', NOW)) {
      reply = violation.payload;
      const command = await stage.send(station.stationId, action, request);
      expect([labelOf(violation), command.outcome]).toEqual([labelOf(violation), CommandOutcome.ANSWERED]);
      expect(JSON.parse(command.responseJson)).toEqual(violation.payload);
    }
    reply = examplePayload(action, 'response', NOW);
    expect(await stage.send(station.stationId, action, request)).toMatchObject({ outcome: CommandOutcome.ANSWERED });
  });
});

describe('answers to a station', () => {
  it.each(FROM_STATION)('to %s never leave broken', (action) => {
    for (const { payload } of schemaViolations(action, 'response', NOW))
      expect(() => validateOutbound(action, 'response', payload as never)).toThrow();
  });
});

/** In the place of examples that the rules beyond the schema refuse. */
const PEM = '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n';
const FUTURE = '2099-01-01T00:00:00Z';
const SCHEDULE = { chargingRateUnit: 'A', startSchedule: FUTURE, chargingSchedulePeriod: [{ startPeriod: 0, limit: 16 }] };
const PROFILE = {
  chargingProfileId: 1,
  stackLevel: 0,
  chargingProfilePurpose: 'TxDefaultProfile',
  chargingProfileKind: 'Absolute',
  chargingSchedule: SCHEDULE,
};
const REQUESTS: Partial<Record<Ocpp16Action, Record<string, unknown>>> = {
  CertificateSigned: { certificateChain: PEM },
  GetDiagnostics: { location: 'http://127.0.0.1/in/' },
  GetLog: { logType: 'SecurityLog', requestId: 1, log: { remoteLocation: 'http://127.0.0.1/in/' } },
  InstallCertificate: { certificateType: 'ManufacturerRootCertificate', certificate: PEM },
  RemoteStartTransaction: { idTag: 'x', connectorId: 1 },
  ReserveNow: { connectorId: 1, expiryDate: FUTURE, idTag: 'x', reservationId: 1 },
  SendLocalList: { listVersion: 1, updateType: 'Full', localAuthorizationList: [] },
  SetChargingProfile: { connectorId: 1, csChargingProfiles: PROFILE },
  SignedUpdateFirmware: {
    requestId: 1,
    firmware: { location: 'http://127.0.0.1/f', retrieveDateTime: FUTURE, signingCertificate: PEM, signature: 'c2lnbmVk' },
  },
  UpdateFirmware: { location: 'http://127.0.0.1/f', retrieveDate: FUTURE },
};

function foreseen({ fate }: SchemaViolation): string {
  return 'refused' in fate.lenient ? fate.lenient.refused : 'accepted';
}
