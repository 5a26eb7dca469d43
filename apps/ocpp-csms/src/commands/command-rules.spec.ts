import { describe, expect, it } from '@jest/globals';
import { AppError } from '@ampline/kernel-errors';
import { OCPP16_ACTIONS, type Ocpp16Action } from '@ampline/protocol-ocpp';
import { checkCommand as checkedAt, holdsSecret, isPasswordChange, refusalBy, storablePayload } from './command-rules.js';

const NOW = new Date('2026-03-05T10:00:00Z');
const PEM = '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n';

function checkCommand(action: string, payloadJson: string) {
  return checkedAt(action, payloadJson, NOW);
}

function codeOf(run: () => unknown): string | undefined {
  try {
    run();
    return undefined;
  } catch (e) {
    if (AppError.is(e)) return e.code;
    throw e;
  }
}

/** One payload that conforms, for each action that can be sent to a station. */
const FIT: Partial<Record<Ocpp16Action, unknown>> = {
  CancelReservation: { reservationId: 1 },
  CertificateSigned: { certificateChain: PEM },
  ChangeAvailability: { connectorId: 0, type: 'Inoperative' },
  ChangeConfiguration: { key: 'HeartbeatInterval', value: '300' },
  ClearCache: {},
  ClearChargingProfile: {},
  DataTransfer: { vendorId: 'org.example', data: 'x' },
  DeleteCertificate: { certificateHashData: { hashAlgorithm: 'SHA256', issuerNameHash: 'a', issuerKeyHash: 'b', serialNumber: 'c' } },
  ExtendedTriggerMessage: { requestedMessage: 'Heartbeat' },
  GetCompositeSchedule: { connectorId: 0, duration: 3600 },
  GetConfiguration: { key: [] },
  GetDiagnostics: { location: 'ftp://files.example/diagnostics' },
  GetInstalledCertificateIds: { certificateType: 'CentralSystemRootCertificate' },
  GetLocalListVersion: {},
  GetLog: { logType: 'DiagnosticsLog', requestId: 1, log: { remoteLocation: 'ftp://files.example/log' } },
  InstallCertificate: { certificateType: 'CentralSystemRootCertificate', certificate: PEM },
  RemoteStartTransaction: { idTag: 'DEMO-OK-1', connectorId: 1 },
  RemoteStopTransaction: { transactionId: 1000 },
  ReserveNow: { connectorId: 1, expiryDate: '2030-01-01T00:00:00Z', idTag: 'DEMO-OK-1', reservationId: 1 },
  Reset: { type: 'Soft' },
  SendLocalList: { listVersion: 1, updateType: 'Full', localAuthorizationList: [] },
  SetChargingProfile: {
    connectorId: 0,
    csChargingProfiles: {
      chargingProfileId: 1,
      stackLevel: 0,
      chargingProfilePurpose: 'ChargePointMaxProfile',
      chargingProfileKind: 'Absolute',
      chargingSchedule: {
        startSchedule: '2026-01-01T00:00:00Z',
        chargingRateUnit: 'A',
        chargingSchedulePeriod: [{ startPeriod: 0, limit: 16 }],
      },
    },
  },
  SignedUpdateFirmware: {
    requestId: 1,
    firmware: {
      location: 'https://files.example/fw',
      retrieveDateTime: '2030-01-01T00:00:00Z',
      signingCertificate: PEM,
      signature: 'c2lnbmVk',
    },
  },
  TriggerMessage: { requestedMessage: 'BootNotification' },
  UnlockConnector: { connectorId: 1 },
  UpdateFirmware: { location: 'https://files.example/fw', retrieveDate: '2030-01-01T00:00:00Z' },
};
const ACTIONS = Object.keys(OCPP16_ACTIONS) as Ocpp16Action[];

describe('what may be sent to a station', () => {
  it.each(ACTIONS.filter((action) => OCPP16_ACTIONS[action].direction !== 'from-station'))('%s with a payload that conforms', (action) => {
    const payload = FIT[action];
    expect(checkCommand(action, JSON.stringify(payload))).toEqual({ action, payload });
  });

  it.each([...ACTIONS.filter((action) => OCPP16_ACTIONS[action].direction === 'from-station'), 'Restart', 'reset', '', 'constructor'])(
    'not the action %j',
    (action) => {
      expect(codeOf(() => checkCommand(action, '{}'))).toBe('csms.action-unknown');
    },
  );

  it.each([
    ['Reset', '{}'],
    ['Reset', '{"type":"soft"}'],
    ['Reset', '{"type":"Soft","force":true}'],
    ['Reset', '[]'],
    ['Reset', 'null'],
    ['Reset', '{"type":'],
    ['DataTransfer', JSON.stringify({ vendorId: 'org.example', data: 'a\u0000b' })],
    ['UnlockConnector', '{"connectorId":"1"}'],
    ['UnlockConnector', '{"connectorId":0}'],
    ['ChangeConfiguration', JSON.stringify({ key: 'x', value: 'y'.repeat(501) })],
    ['RemoteStartTransaction', JSON.stringify({ idTag: 'x'.repeat(21) })],
  ])('not %s with %s', (action, payload) => {
    expect(codeOf(() => checkCommand(action, payload))).toBe('csms.payload-invalid');
  });

  it('says where a payload breaks a rule, as it does where it breaks the schema', () => {
    const places = (action: string, payload: object) => {
      try {
        checkCommand(action, JSON.stringify(payload));
        return undefined;
      } catch (e) {
        return AppError.is(e) ? e.details : undefined;
      }
    };
    expect(places('UnlockConnector', { connectorId: 0 })).toEqual({
      code: 'PropertyConstraintViolation',
      description: '/connectorId must be above 0',
      violations: [{ path: '/connectorId', rule: 'must be above 0' }],
    });
    expect(places('UnlockConnector', { connectorId: 'x' })).toMatchObject({
      violations: [{ path: '/connectorId', rule: 'must be integer' }],
    });
  });

  it('takes an empty text for an empty payload', () => {
    expect(checkCommand('ClearCache', '')).toEqual({ action: 'ClearCache', payload: {} });
  });
});

describe('registration', () => {
  it.each([
    ['accepted', 'RemoteStartTransaction', undefined],
    ['pending', 'RemoteStartTransaction', 'csms.station-pending'],
    ['pending', 'RemoteStopTransaction', 'csms.station-pending'],
    ['pending', 'ChangeConfiguration', undefined],
    ['rejected', 'ChangeConfiguration', 'csms.station-rejected'],
    ['rejected', 'RemoteStartTransaction', 'csms.station-rejected'],
  ] as const)('%s and %s: %s', (registration, action, code) => {
    expect(refusalBy(registration, action)?.code).toBe(code);
  });
});

describe('a command with a secret', () => {
  it.each([
    ['ChangeConfiguration', '{"key":"authorizationKey","value":"41427544206d6f7265"}', '{"key":"authorizationKey","value":"[hidden]"}'],
    ['GetDiagnostics', '{"location":"ftp://user:pass@host/log"}', '{"location":"ftp://user:[hidden]@host/log"}'],
  ])('%s is stored without it, and is not kept for later', (action, payload, stored) => {
    const command = checkCommand(action, payload);
    expect(JSON.stringify(storablePayload(command))).toBe(stored);
    expect(holdsSecret(command)).toBe(true);
  });

  it('is one of few', () => {
    const other = checkCommand('ChangeConfiguration', '{"key":"HeartbeatInterval","value":"60"}');
    expect(storablePayload(other)).toBe(other.payload);
    expect([holdsSecret(other), isPasswordChange(other)]).toEqual([false, false]);
  });
});
