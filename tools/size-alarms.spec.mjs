import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { largeConstructors, largeServices } from './size-alarms.mjs';

describe('size alarms', () => {
  it('tell the line of a constructor with more than six parameters', () => {
    const parameters = (count) => Array.from({ length: count }, (_, i) => `private readonly p${i}: number`).join(', ');
    const text = `class Small { constructor(${parameters(6)}) {} }\nclass Large {\n  constructor(${parameters(7)}) {}\n}\n`;
    assert.deepEqual(largeConstructors('a.ts', text), ['a.ts:3: constructor with 7 parameters (limit 6)']);
  });

  it('count the methods of each gRPC service, not those in comments', () => {
    const methods = (count) => Array.from({ length: count }, (_, i) => `  rpc M${i}(R) returns (R);`).join('\n');
    const text = `service A {\n${methods(20)}\n  // rpc Old(R) returns (R);\n}\nservice B {\n${methods(21)}\n}\n`;
    assert.deepEqual(largeServices('a.proto', text), ['a.proto: service B has 21 methods (limit 20)']);
  });
});
