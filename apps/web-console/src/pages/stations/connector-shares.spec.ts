import { describe, expect, it } from '@jest/globals';
import { connectorShares } from './connector-shares.js';

describe('shares of connectors', () => {
  it('stand in their order, each state once, those of offline stations apart', () => {
    const shares = connectorShares({
      connectors: [
        { status: 'FAULTED', count: 1 },
        { status: 'AVAILABLE', count: 4 },
      ],
      connectorsOffline: 2,
    });
    expect(shares.filter(({ count }) => count > 0)).toEqual([
      { status: 'AVAILABLE', count: 4 },
      { status: 'FAULTED', count: 1 },
      { status: 'OFFLINE', count: 2 },
    ]);
    expect(new Set(shares.map(({ status }) => status)).size).toBe(shares.length);
  });
});
