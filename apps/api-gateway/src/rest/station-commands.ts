import { json, Router } from 'express';
import { z } from 'zod';
import { jsonOrNull, present, textOrNull } from '../mapping/values.js';
import { outcomes } from '../stations/commands.mapping.js';
import { parameters, uuid } from './parameters.js';
import type { RestAccess } from './rest-access.js';

const LARGEST = 64 * 1_024;
/** Beyond the station's time: recording the command, bringing it to the station, telling the outcome. */
const MARGIN_MS = 5_000;

/** A command to a station, for programs that are no GraphQL clients. */
export const commandBody = z.strictObject({
  action: z.string().max(100).describe('OCPP action, such as `Reset`.'),
  payload: z.record(z.string(), z.unknown()).default({}).describe('Payload of the CALL.'),
  timeoutMs: z.int().min(1_000).max(600_000).default(30_000).describe('How long the station may take.'),
  idempotencyKey: z.string().max(200).default('').describe('The same key again: the stored outcome is answered and nothing is sent.'),
});

/** Sends a command and answers with its outcome. */
export function stationCommands(access: RestAccess): Router {
  const router = Router();
  router.post('/stations/:id/commands', json({ limit: LARGEST }), async (request, response) => {
    const { commands } = await access.doorsFor(request, 'Mutation.sendCommand');
    const stationId = parameters(uuid, request.params.id);
    const { action, payload, timeoutMs, idempotencyKey } = parameters(commandBody, request.body);
    const wanted = { stationId, action, payloadJson: JSON.stringify(payload), timeoutMs, idempotencyKey };
    const command = present((await commands.sendCommand(wanted, { timeoutMs: timeoutMs + MARGIN_MS })).command);
    response.set('cache-control', 'no-store').json({
      commandId: command.commandId,
      outcome: outcomes.word(command.outcome),
      response: jsonOrNull(command.responseJson),
      errorCode: textOrNull(command.errorCode),
      errorDescription: textOrNull(command.errorDescription),
    });
  });
  return router;
}
