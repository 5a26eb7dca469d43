import { CommandOutcome, CommandSchema, CommandStateSchema } from '@ampline/contracts';
import { create } from '@bufbuild/protobuf';
import { describe, expect, it } from '@jest/globals';
import { commandOf, responseStatus } from './commands.mapping.js';

describe('what an answer says for itself', () => {
  it.each([
    ['{"status":"Accepted"}', 'Accepted'],
    ['{"configurationKey":[]}', null],
    ['{"status":3}', null],
    ['', null],
    ['null', null],
  ])('%s', (json, status) => {
    expect(responseStatus(json)).toBe(status);
  });
});

describe('a command as its fact tells it', () => {
  it('is the command that is listed', () => {
    const same = {
      commandId: 'c1',
      stationId: 's1',
      stationIdentity: 'ST-1',
      action: 'Reset',
      payloadJson: '{}',
      outcome: CommandOutcome.TIMEOUT,
      errorCode: 'x',
      requestedBy: 'u1',
    };
    expect(commandOf(create(CommandStateSchema, { ...same, version: 2n, tenantId: 't1' }))).toEqual(create(CommandSchema, same));
  });
});
