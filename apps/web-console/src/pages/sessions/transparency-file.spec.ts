import { describe, expect, it } from '@jest/globals';
import { transparencyFile } from './transparency-file.js';

describe('the file for the transparency software', () => {
  it('holds the values as they were signed, and the key', () => {
    const file = transparencyFile('1017', [{ context: 'Transaction.End', value: 'OCMF|{"PG":"T1 & <2>"}|{}' }], 'MFkw');
    expect(file).toBe(`<?xml version="1.0" encoding="UTF-8"?>
<values>
  <value transactionId="1017" context="Transaction.End">
    <signedData format="OCMF" encoding="plain">OCMF|{&quot;PG&quot;:&quot;T1 &amp; &lt;2&gt;&quot;}|{}</signedData>
    <publicKey encoding="base64">MFkw</publicKey>
  </value>
</values>
`);
  });

  it('has no key where none is registered', () => {
    expect(transparencyFile('1', [{ context: 'Trigger', value: 'x' }], null)).not.toContain('publicKey');
  });
});
