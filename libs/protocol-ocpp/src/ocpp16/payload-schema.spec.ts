import { describe, expect, it } from '@jest/globals';
import { OCPP16_ACTIONS, type Ocpp16Action } from './actions.js';
import { payloadSchema } from './payload-schema.js';

const ACTIONS = Object.keys(OCPP16_ACTIONS) as Ocpp16Action[];

describe('schema of a payload', () => {
  it.each(ACTIONS)('%s stands by itself', (action) => {
    const json = JSON.stringify(payloadSchema(action, 'request'));
    expect(json).toMatch(/^\{.*"type":"object"/);
    expect(json).not.toMatch(/\$ref|\$id|definitions/);
  });

  it('says what a field may be', () => {
    expect(payloadSchema('Reset', 'request')).toEqual({
      type: 'object',
      properties: { type: { type: 'string', enum: ['Hard', 'Soft'] } },
      required: ['type'],
    });
    expect(payloadSchema('DeleteCertificate', 'request').properties?.['certificateHashData']?.properties?.['hashAlgorithm']).toEqual({
      type: 'string',
      enum: ['SHA256', 'SHA384', 'SHA512'],
    });
  });
});
