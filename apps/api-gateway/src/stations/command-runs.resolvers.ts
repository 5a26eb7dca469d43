import { CommandRunState as StateValue, CommandSkipReason as ReasonValue } from '@ampline/contracts';
import type {
  CommandRunInput,
  CommandRunState,
  CommandSkipReason,
  MutationResolvers,
  QueryResolvers,
  Resolvers,
} from '../generated/graphql.js';
import { enumPair } from '../mapping/enum-pair.js';
import { connection, pageRequest } from '../mapping/pages.js';
import { iso, isoOrNull, jsonOrNull, present, textOf, timestampOf } from '../mapping/values.js';
import { nameOfActor } from '../people/actor-name.js';
import { selectionOf } from './stations.resolvers.js';

const states = enumPair<StateValue, CommandRunState>()({
  [StateValue.UNSPECIFIED]: undefined,
  [StateValue.RUNNING]: 'RUNNING',
  [StateValue.STOPPED]: 'STOPPED',
  [StateValue.ENDED]: 'ENDED',
});

const reasons = enumPair<ReasonValue, CommandSkipReason>()({
  [ReasonValue.UNSPECIFIED]: undefined,
  [ReasonValue.OFFLINE]: 'OFFLINE',
  [ReasonValue.PENDING]: 'PENDING',
  [ReasonValue.REJECTED]: 'REJECTED',
  [ReasonValue.ACTION_UNKNOWN]: 'ACTION_UNKNOWN',
  [ReasonValue.STOPPED]: 'STOPPED',
});

function requestOf({ stationIds, filter, action, payload, queueUntil }: CommandRunInput) {
  return {
    selection: { stationIds: stationIds ?? [], ...selectionOf(filter) },
    command: { action, payloadJson: JSON.stringify(payload), queueUntil: timestampOf(queueUntil) },
  };
}

export const commandRunQueries: QueryResolvers = {
  commandRunPreview: (_, { input }, { doors }) => doors.commandRuns.previewCommandRun(requestOf(input)),
  commandRun: async (_, { id }, { doors }) => present((await doors.commandRuns.getCommandRun({ runId: id })).run),
  commandRuns: async (_, args, { doors }) => {
    const { runs, page } = await doors.commandRuns.listCommandRuns({ page: pageRequest(args) });
    return connection(runs, page);
  },
};

export const commandRunMutations: MutationResolvers = {
  startCommandRun: async (_, { input, concurrency, idempotencyKey }, { doors }) => {
    const request = { ...requestOf(input), concurrency: concurrency ?? 0, idempotencyKey: textOf(idempotencyKey) };
    return present((await doors.commandRuns.startCommandRun(request)).run);
  },
  stopCommandRun: async (_, { id }, { doors }) => present((await doors.commandRuns.stopCommandRun({ runId: id })).run),
};

export const commandRunFields: NonNullable<Resolvers['CommandRun']> = {
  id: ({ runId }) => runId,
  payload: ({ payloadJson }) => jsonOrNull(payloadJson),
  state: ({ state }) => states.word(state),
  queueUntil: ({ queueUntil }) => isoOrNull(queueUntil),
  requestedByName: ({ requestedBy }, _, { loaders }) => nameOfActor(loaders, requestedBy),
  requestedAt: ({ requestedAt }) => iso(requestedAt),
  endedAt: ({ endedAt }) => isoOrNull(endedAt),
  counts: ({ counts }) => present(counts),
  stations: async ({ runId }, args, { doors }) => {
    const { stations, page } = await doors.commandRuns.listCommandRunStations({ runId, page: pageRequest(args) });
    return connection(stations, page);
  },
};

export const commandRunStationFields: NonNullable<Resolvers['CommandRunStation']> = {
  skipReason: ({ skipReason }) => (skipReason === ReasonValue.UNSPECIFIED ? null : reasons.word(skipReason)),
  command: ({ command }) => command ?? null,
};

export const skippedStationsFields: NonNullable<Resolvers['SkippedStations']> = {
  reason: ({ reason }) => reasons.word(reason),
};
