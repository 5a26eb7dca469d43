import type { Command } from '@ampline/contracts';
import type { CallOptions } from '@ampline/platform-grpc';
import type { MutationResolvers, QueryResolvers, ResetType, Resolvers } from '../generated/graphql.js';
import type { GatewayContext } from '../graphql/context.js';
import { connection, pageRequest, type PageArgs } from '../mapping/pages.js';
import { iso, isoOrNull, jsonOrNull, present, textOf, textOrNull, timestampOf } from '../mapping/values.js';
import { nameOfActor } from '../people/actor-name.js';
import { outcomes, responseStatus } from './commands.mapping.js';

/** How long a station may take to answer when nobody says otherwise. */
const STATION_ANSWERS_MS = 30_000;
/** Beyond the station's time: recording the command, bringing it to the station, telling the outcome. */
const MARGIN_MS = 5_000;

/** A call that lasts until the outcome of the command is known. */
function lasting(timeoutMs = 0): CallOptions {
  return { timeoutMs: Math.max(timeoutMs, STATION_ANSWERS_MS) + MARGIN_MS };
}

interface Sent {
  stationId: string;
  idempotencyKey?: string | null;
  timeoutMs?: number | null;
  queueUntil?: string | null;
}

async function send({ doors }: GatewayContext, sent: Sent, action: string, payload: unknown): Promise<Command> {
  const timeoutMs = sent.timeoutMs ?? 0;
  const request = {
    stationId: sent.stationId,
    action,
    payloadJson: JSON.stringify(payload),
    timeoutMs,
    idempotencyKey: textOf(sent.idempotencyKey),
    queueUntil: timestampOf(sent.queueUntil),
  };
  return present((await doors.commands.sendCommand(request, lasting(timeoutMs))).command);
}

/** A page of commands, newest first: of one station, or of all where none is named. */
export async function listCommands({ doors }: GatewayContext, args: PageArgs, stationId: string) {
  const { commands, page } = await doors.commands.listCommands({ stationId, page: pageRequest(args) });
  return connection(commands, page);
}

export const commandQueries: QueryResolvers = {
  command: async (_, { id }, { doors }) => present((await doors.commands.getCommand({ commandId: id })).command),
  commands: (_, args, context) => listCommands(context, args, textOf(args.stationId)),
  commandCatalogue: async (_, __, { doors }) => (await doors.commands.getCommandCatalogue({})).commands,
};

const RESET: Record<ResetType, string> = { SOFT: 'Soft', HARD: 'Hard' };

/** OCPP 1.6: the EVSE of a number is the connector of that number, 0 the whole station. */
export const commandMutations: MutationResolvers = {
  remoteStart: async (_, { stationId, idToken, evseNumber, idempotencyKey }, { doors }) => {
    const request = { stationId, idToken, evseNumber: evseNumber ?? 0, idempotencyKey: textOf(idempotencyKey) };
    return present((await doors.commands.requestStart(request, lasting())).command);
  },
  remoteStop: async (_, { sessionId, idempotencyKey }, { doors }) =>
    present((await doors.commands.requestStop({ sessionId, idempotencyKey: textOf(idempotencyKey) }, lasting())).command),
  reset: (_, args, context) => send(context, args, 'Reset', { type: RESET[args.type] }),
  unlockConnector: (_, args, context) => send(context, args, 'UnlockConnector', { connectorId: args.evseNumber }),
  changeAvailability: (_, args, context) =>
    send(context, args, 'ChangeAvailability', { connectorId: args.evseNumber, type: args.operative ? 'Operative' : 'Inoperative' }),
  readConfiguration: (_, args, context) => send(context, args, 'GetConfiguration', args.keys ? { key: args.keys } : {}),
  changeConfiguration: (_, args, context) => send(context, args, 'ChangeConfiguration', { key: args.key, value: args.value }),
  triggerMessage: (_, args, context) =>
    send(context, args, 'TriggerMessage', {
      requestedMessage: args.message,
      ...(args.evseNumber ? { connectorId: args.evseNumber } : {}),
    }),
  cancelCommand: async (_, { id }, { doors }) => present((await doors.commands.cancelCommand({ commandId: id })).command),
  sendCommand: (_, args, context) => send(context, args, args.action, args.payload),
};

export const commandFields: NonNullable<Resolvers['Command']> = {
  id: (command) => command.commandId,
  payload: (command) => jsonOrNull(command.payloadJson),
  outcome: (command) => outcomes.word(command.outcome),
  response: (command) => jsonOrNull(command.responseJson),
  responseStatus: (command) => responseStatus(command.responseJson),
  errorCode: (command) => textOrNull(command.errorCode),
  errorDescription: (command) => textOrNull(command.errorDescription),
  requestedByName: (command, _, { loaders }) => nameOfActor(loaders, command.requestedBy),
  requestedAt: (command) => iso(command.requestedAt),
  completedAt: (command) => isoOrNull(command.completedAt),
  queueUntil: (command) => isoOrNull(command.queueUntil),
};

export const commandDescriptionFields: NonNullable<Resolvers['CommandDescription']> = {
  schema: ({ schemaJson }) => jsonOrNull(schemaJson),
};
