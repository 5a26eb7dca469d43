import { describe, expect, it } from '@jest/globals';
import { createRequire } from 'node:module';
import { admitOcpp16Action, isOcpp16Action, OCPP16_ACTIONS, ocpp16Action, type FeatureProfile, type Ocpp16Action } from './index.js';
import { Ocpp16Schemas } from './schemas.js';

const names = Object.keys(OCPP16_ACTIONS) as Ocpp16Action[];
const count = (profile: FeatureProfile): number => names.filter((name) => ocpp16Action(name).profile === profile).length;

describe('the action table', () => {
  it('has the 28 actions of OCPP 1.6 and the 11 of the security whitepaper', () => {
    expect(names).toHaveLength(39);
    expect(count('Security')).toBe(11);
    expect(count('Core')).toBe(16);
    expect(count('FirmwareManagement')).toBe(4);
    expect(count('LocalAuthListManagement')).toBe(2);
    expect(count('Reservation')).toBe(2);
    expect(count('SmartCharging')).toBe(3);
    expect(count('RemoteTrigger')).toBe(1);
  });

  it('names exactly the actions that have schemas, and both schemas of each compile', () => {
    const published = createRequire(import.meta.url)('ocpp-rpc/lib/schemas/ocpp1_6.json') as { $id: string }[];
    const expected = names.flatMap((name) => [`urn:${name}.req`, `urn:${name}.conf`]);
    expect(published.map((schema) => schema.$id).sort()).toEqual(expected.sort());
    const schemas = new Ocpp16Schemas();
    for (const name of names) {
      expect(schemas.validator(name, 'request')).toBeInstanceOf(Function);
      expect(schemas.validator(name, 'response')).toBe(schemas.validator(name, 'response'));
    }
  });

  it('knows what each side receives', () => {
    const received = (side: 'central-system' | 'station') => names.filter((name) => admitOcpp16Action(side, name) === 'forward').length;
    expect(received('central-system')).toBe(9 + 4 + 1);
    expect(received('station')).toBe(18 + 7 + 1);
  });

  it.each([
    ['Heartbeat', 'forward', 'NotSupported'],
    ['Reset', 'NotSupported', 'forward'],
    ['DataTransfer', 'forward', 'forward'],
    ['TransactionEvent', 'NotImplemented', 'NotImplemented'],
    ['heartbeat', 'NotImplemented', 'NotImplemented'],
    ['toString', 'NotImplemented', 'NotImplemented'],
    ['__proto__', 'NotImplemented', 'NotImplemented'],
  ])('%s', (name, atCentralSystem, atStation) => {
    expect(admitOcpp16Action('central-system', name)).toBe(atCentralSystem);
    expect(admitOcpp16Action('station', name)).toBe(atStation);
    expect(isOcpp16Action(name)).toBe(atCentralSystem !== 'NotImplemented');
  });

  it('treats start, stop and meter values as transaction-related', () => {
    expect(names.filter((name) => ocpp16Action(name).transactionRelated)).toEqual(['MeterValues', 'StartTransaction', 'StopTransaction']);
  });
});
