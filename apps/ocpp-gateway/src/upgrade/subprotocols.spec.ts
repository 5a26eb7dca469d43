import { describe, expect, it } from '@jest/globals';
import { readSubprotocols } from './subprotocols.js';

describe('Sec-WebSocket-Protocol', () => {
  it.each([
    [undefined, []],
    ['', []],
    ['ocpp1.6', ['ocpp1.6']],
    ['ocpp2.0.1, ocpp1.6', ['ocpp2.0.1', 'ocpp1.6']],
    ['ocpp1.6,ocpp1.6', ['ocpp1.6']],
    [' ocpp1.6 ,, (x) ', ['ocpp1.6']],
    ['OCPP1.6', ['OCPP1.6']],
  ])('%s offers %j', (header, offered) => {
    expect(readSubprotocols(header)).toEqual(offered);
  });

  it('reads twenty at most', () => {
    expect(readSubprotocols(Array.from({ length: 50 }, (_, i) => `p${i}`).join(','))).toHaveLength(20);
  });
});
