import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { RunningGateway } from './support/running-gateway.js';

describe('the API', () => {
  let gateway: RunningGateway;
  beforeAll(async () => {
    gateway = await RunningGateway.start();
  });
  afterAll(() => gateway.stop());

  it('serves the schema', async () => {
    expect(await gateway.query('{ __typename }')).toEqual({ data: { __typename: 'Query' } });
  });
});
