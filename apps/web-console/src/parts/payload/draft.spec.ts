import { describe, expect, it } from '@jest/globals';
import { draftOf, emptyDraft, localTime, payloadOf, problemsOf } from './draft.js';
import type { PayloadSchema } from './payload-schema.js';

const PERIOD: PayloadSchema = {
  type: 'object',
  properties: { startPeriod: { type: 'integer' }, limit: { type: 'number' } },
  required: ['startPeriod', 'limit'],
};
const SCHEMA: PayloadSchema = {
  type: 'object',
  properties: {
    connectorId: { type: 'integer' },
    note: { type: 'string' },
    from: { type: 'string', format: 'date-time' },
    schedule: { type: 'object', properties: { periods: { type: 'array', items: PERIOD } }, required: ['periods'] },
  },
  required: ['connectorId'],
};
const FROM = '2026-03-05T10:00:00.000Z';
const PAYLOAD = { connectorId: 1, from: FROM, schedule: { periods: [{ startPeriod: 0, limit: 16.1 }] } };

describe('a payload that is being filled in', () => {
  it('begins without what need not be there', () => {
    expect(emptyDraft(SCHEMA)).toEqual({ connectorId: '', note: '', from: '' });
    expect(payloadOf(SCHEMA, emptyDraft(SCHEMA))).toEqual({});
  });

  it('says what its fields say', () => {
    const draft = { connectorId: '1', note: '', from: localTime(FROM), schedule: { periods: [{ startPeriod: '0', limit: '16.1' }] } };
    expect(payloadOf(SCHEMA, draft)).toEqual(PAYLOAD);
    expect(draftOf(SCHEMA, PAYLOAD)).toEqual(draft);
    expect([...problemsOf(SCHEMA, draft)]).toEqual([]);
  });

  it('is mended where it cannot be taken', () => {
    const draft = { connectorId: '1.5', schedule: { periods: [{ startPeriod: '', limit: 'much' }] } };
    expect(Object.fromEntries(problemsOf(SCHEMA, draft))).toEqual({
      '/connectorId': 'whole',
      '/schedule/periods/0/startPeriod': 'missing',
      '/schedule/periods/0/limit': 'number',
    });
  });

  it('takes over from any JSON what it has fields for', () => {
    expect(draftOf(SCHEMA, { connectorId: 'x', other: 1, schedule: null })).toEqual({
      connectorId: 'x',
      note: '',
      from: '',
      schedule: { periods: [{ startPeriod: '', limit: '' }] },
    });
    expect(draftOf(SCHEMA, [])).toEqual(emptyDraft(SCHEMA));
  });
});
