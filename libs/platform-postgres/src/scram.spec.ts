import { describe, expect, it } from '@jest/globals';
import { scramVerifier } from './scram.js';

describe('scramVerifier', () => {
  // Example of RFC 7677 §3: user "user", password "pencil"; keys computed from its salt and iteration count.
  it('derives the keys of RFC 7677', () => {
    const salt = Buffer.from('W22ZaJ0SNY7soEsUEjb6gQ==', 'base64');
    expect(scramVerifier('pencil', salt)).toBe(
      'SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ==$WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=:wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=',
    );
  });
});
