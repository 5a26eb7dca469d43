import { StationFileState } from '@ampline/contracts';
import type { MutationResolvers, Resolvers, StationResolvers } from '../generated/graphql.js';
import { connection, pageRequest } from '../mapping/pages.js';
import { iso, isoOrNull, present, textOrNull, timestampOf } from '../mapping/values.js';
import { nameOfActor } from '../people/actor-name.js';
import { fileKinds, fileStates, transfers } from './firmware.mapping.js';

/** A station has 30 s to answer; storing and telling takes a little more. */
const STATION_ANSWERS = { timeoutMs: 35_000 };

export const stationFilesOf: NonNullable<StationResolvers['files']> = async ({ stationId }, args, { doors }) => {
  const { files, page } = await doors.stationFiles.listStationFiles({ stationId, page: pageRequest(args) });
  return connection(files, page);
};

export const stationFileMutations: MutationResolvers = {
  requestStationFile: async (_, { stationId, kind, transfer, from, until }, { doors }) => {
    const span = { from: timestampOf(from), until: timestampOf(until) };
    const request = { stationId, kind: fileKinds.value(kind), transfer: transfers.value(transfer), ...span };
    return present((await doors.stationFiles.requestStationFile(request, STATION_ANSWERS)).file);
  },
  deleteStationFile: async (_, { id }, { doors }) => present((await doors.stationFiles.deleteStationFile({ fileId: id })).file),
};

export const stationFileFields: NonNullable<Resolvers['StationFile']> = {
  id: (file) => file.fileId,
  kind: (file) => fileKinds.word(file.kind),
  state: (file) => fileStates.word(file.state),
  toldStatus: (file) => textOrNull(file.toldStatus),
  reason: (file) => textOrNull(file.reason),
  fileName: (file) => textOrNull(file.fileName),
  sha256: (file) => textOrNull(file.sha256),
  requestedByName: (file, _, { loaders }) => nameOfActor(loaders, file.requestedBy),
  requestedAt: (file) => iso(file.requestedAt),
  expiresAt: (file) => iso(file.expiresAt),
  arrivedAt: (file) => isoOrNull(file.arrivedAt),
  downloadPath: (file) => (file.state === StationFileState.ARRIVED ? `/rest/v1/station-files/${file.fileId}` : null),
};
