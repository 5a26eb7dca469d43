import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { causeOf } from './report.mjs';

describe('causeOf', () => {
  const cases = [
    ['npm error code ENOTFOUND\nnpm error network request to https://registry.npmjs.org/nx failed', /network cannot be reached/],
    ['npm error code EAI_AGAIN', /network cannot be reached/],
    ["E: Failed to fetch http://deb.debian.org/x  Temporary failure resolving 'deb.debian.org'", /network cannot be reached/],
    ["ENOSPC: no space left on device, write '/x'", /disk is full/],
    ['npm error code EACCES', /write access/],
    ['npm error Missing: left-pad@1.0.0 from lock file', /package-lock\.json does not fit/],
    ['npm error code E404', /missing from the npm registry/],
  ];
  for (const [output, sentence] of cases) {
    it(`finds the way out of: ${output.split('\n')[0]}`, () => assert.match(causeOf(output), sentence));
  }

  it('leaves unknown output to speak for itself', () => assert.equal(causeOf('npm error command failed: node-gyp rebuild'), undefined));
});
