import { describe, expect, it } from '@jest/globals';
import { evsesOf } from './evses.js';

describe('EVSEs of a form', () => {
  it('are alike but for their ids', () => {
    expect(evsesOf({ evses: '2', type: 'cType2', powerKw: '22,5', codes: ' DE*AMP*E1 \n\n' })).toEqual([
      { code: 'DE*AMP*E1', connectors: [{ type: 'cType2', maxPowerW: 22_500 }] },
      { code: null, connectors: [{ type: 'cType2', maxPowerW: 22_500 }] },
    ]);
  });
});
