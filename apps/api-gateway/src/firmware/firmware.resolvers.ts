import { FirmwareCampaignState, type FirmwareCampaign } from '@ampline/contracts';
import type { MutationResolvers, QueryResolvers, Resolvers } from '../generated/graphql.js';
import type { GatewayContext } from '../graphql/context.js';
import { connection, pageRequest } from '../mapping/pages.js';
import { iso, isoOrNull, present, textOrNull } from '../mapping/values.js';
import { nameOfActor } from '../people/actor-name.js';
import { campaignStates, planRequest, transfers, updateStates } from './firmware.mapping.js';
import { stationFileFields, stationFileMutations, stationFilesOf } from './station-files.resolvers.js';

interface TargetInput {
  siteIds?: string[] | null;
  stationIds?: string[] | null;
  firmwareVersions?: string[] | null;
}

const targetRequest = (target: TargetInput | null | undefined) => ({
  siteIds: target?.siteIds ?? [],
  stationIds: target?.stationIds ?? [],
  firmwareVersions: target?.firmwareVersions ?? [],
});

async function setState({ doors }: GatewayContext, campaignId: string, state: FirmwareCampaignState): Promise<FirmwareCampaign> {
  return present((await doors.firmware.setFirmwareCampaignState({ campaignId, state })).campaign);
}

const firmwareQueries: QueryResolvers = {
  firmwareImages: async (_, args, { doors }) => {
    const request = { includeRetired: args.includeRetired ?? false, page: pageRequest(args) };
    const { images, page } = await doors.firmware.listFirmwareImages(request);
    return connection(images, page);
  },
  firmwareCampaigns: async (_, args, { doors }) => {
    const { campaigns, page } = await doors.firmware.listFirmwareCampaigns({ page: pageRequest(args) });
    return connection(campaigns, page);
  },
  firmwareCampaign: async (_, { id }, { doors }) => present((await doors.firmware.getFirmwareCampaign({ campaignId: id })).campaign),
  firmwarePreview: (_, { imageId, target }, { doors }) =>
    doors.firmware.previewFirmwareCampaign({ imageId, target: targetRequest(target) }),
};

const firmwareMutations: MutationResolvers = {
  retireFirmwareImage: async (_, { id }, { doors }) => present((await doors.firmware.retireFirmwareImage({ imageId: id })).image),
  createFirmwareCampaign: async (_, { input: { name, imageId, target, plan } }, { doors }) => {
    const request = { name, imageId, target: targetRequest(target), plan: planRequest(plan) };
    return present((await doors.firmware.createFirmwareCampaign(request)).campaign);
  },
  startFirmwareCampaign: (_, { id }, context) => setState(context, id, FirmwareCampaignState.RUNNING),
  pauseFirmwareCampaign: (_, { id }, context) => setState(context, id, FirmwareCampaignState.PAUSED),
  abortFirmwareCampaign: (_, { id }, context) => setState(context, id, FirmwareCampaignState.ABORTED),
};

const imageFields: NonNullable<Resolvers['FirmwareImage']> = {
  id: (image) => image.imageId,
  model: (image) => textOrNull(image.model),
  uploadedByName: (image, _, { loaders }) => nameOfActor(loaders, image.uploadedBy),
  uploadedAt: (image) => iso(image.uploadedAt),
};

const campaignFields: NonNullable<Resolvers['FirmwareCampaign']> = {
  id: (campaign) => campaign.campaignId,
  image: (campaign) => present(campaign.image),
  plan: (campaign) => present(campaign.plan),
  state: (campaign) => campaignStates.word(campaign.state),
  reason: (campaign) => textOrNull(campaign.reason),
  createdByName: (campaign, _, { loaders }) => nameOfActor(loaders, campaign.createdBy),
  createdAt: (campaign) => iso(campaign.createdAt),
  startedAt: (campaign) => isoOrNull(campaign.startedAt),
  endedAt: (campaign) => isoOrNull(campaign.endedAt),
  updates: async ({ campaignId }, args, { doors }) => {
    const request = { campaignId, state: updateStates.value(args.state), page: pageRequest(args) };
    const { updates, page } = await doors.firmware.listFirmwareUpdates(request);
    return connection(updates, page);
  },
};

const updateFields: NonNullable<Resolvers['FirmwareUpdate']> = {
  state: (update) => updateStates.word(update.state),
  reason: (update) => textOrNull(update.reason),
  toldStatus: (update) => textOrNull(update.toldStatus),
  stateSince: (update) => iso(update.stateSince),
  fromVersion: (update) => textOrNull(update.fromVersion),
  firmwareVersion: (update) => textOrNull(update.firmwareVersion),
};

/** All of firmware.graphql. */
export const firmwareResolvers: Resolvers = {
  Query: firmwareQueries,
  Mutation: { ...firmwareMutations, ...stationFileMutations },
  Station: { files: stationFilesOf },
  StationFile: stationFileFields,
  FirmwareImage: imageFields,
  FirmwareCampaign: campaignFields,
  FirmwareUpdate: updateFields,
  FirmwarePlan: {
    window: ({ window }) => window ?? null,
    transfer: ({ transfer }) => (transfer === 0 ? null : transfers.word(transfer)),
  },
  FirmwareStage: {
    stations: ({ size }) => (size.case === 'stations' ? size.value : null),
    percent: ({ size }) => (size.case === 'percent' ? size.value : null),
  },
  FirmwareVersionCount: { version: ({ version }) => textOrNull(version) },
};
