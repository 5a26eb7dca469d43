import { describe, expect, it } from '@jest/globals';
import type { IdTokenId } from '@ampline/kernel-ids';
import { decide, idTagInfo, type TokenRecord } from './decision.js';

const NOON = new Date('2026-05-01T12:00:00Z');
const token: TokenRecord = { idTokenId: 'a' as IdTokenId, idToken: 'CARD', status: 'active', allowConcurrent: false };
const here = { at: NOON, tenantActive: true, stationAccepted: true };

describe('decision on an id token', () => {
  it.each([
    ['an active token', token, here, 'Accepted'],
    ['an unknown token', undefined, here, 'Invalid'],
    ['a removed token', { ...token, status: 'removed' as const }, here, 'Invalid'],
    ['a blocked token', { ...token, status: 'blocked' as const }, here, 'Blocked'],
    ['a blocked token that also expired', { ...token, status: 'blocked' as const, expiresAt: new Date(0) }, here, 'Blocked'],
    ['a token that expires this very moment', { ...token, expiresAt: NOON }, here, 'Expired'],
    ['a token that expires in a moment', { ...token, expiresAt: new Date(NOON.getTime() + 1) }, here, 'Accepted'],
    ['a token of a suspended tenant', token, { ...here, tenantActive: false }, 'Blocked'],
    ['a token at a station that is not accepted', token, { ...here, stationAccepted: false }, 'Invalid'],
    ['a token that charges elsewhere', token, { ...here, chargesElsewhere: true }, 'ConcurrentTx'],
    ['one that may charge twice', { ...token, allowConcurrent: true }, { ...here, chargesElsewhere: true }, 'Accepted'],
    ['an expired one that charges elsewhere', { ...token, expiresAt: NOON }, { ...here, chargesElsewhere: true }, 'Expired'],
  ])('%s', (_, record, context, expected) => {
    expect(decide(record, context)).toBe(expected);
  });

  it('tells expiry and group of a known token, whatever the decision', () => {
    const grouped = { ...token, expiresAt: NOON, groupToken: 'FLEET' };
    expect(idTagInfo('Expired', grouped)).toEqual({ status: 'Expired', expiryDate: '2026-05-01T12:00:00.000Z', parentIdTag: 'FLEET' });
    expect(idTagInfo('Invalid', undefined)).toEqual({ status: 'Invalid' });
  });
});
