import { afterAll, beforeAll, describe } from '@jest/globals';
import { realmSuite } from './realm-suite.js';
import { RunningIdentity } from './running-identity.js';

describe('the embedded provider', () => {
  const started: RunningIdentity[] = [];

  beforeAll(async () => {
    started.push(await RunningIdentity.start());
  });

  afterAll(async () => {
    for (const identity of started) await identity.stop();
  });

  realmSuite(() => (started[0] as RunningIdentity).client());
});
