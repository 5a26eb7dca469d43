import type { MutationResolvers, QueryResolvers, Resolvers } from '../generated/graphql.js';
import { connection, pageRequest } from '../mapping/pages.js';
import { iso, isoOrNull, present, textOf } from '../mapping/values.js';
import { changeKind, contentRequest, stationSetting, template, templateContent } from './devices.mapping.js';

export const configurationQueries: QueryResolvers = {
  configurationTemplates: async (_, __, { doors }) => (await doors.configuration.listConfigurationTemplates({})).templates.map(template),
  configurationTemplateVersions: async (_, { id }, { doors }) =>
    (await doors.configuration.listTemplateVersions({ templateId: id })).versions.map(({ version, content, changedBy, changedAt }) => ({
      ...{ version, changedBy },
      content: templateContent(content),
      changedAt: iso(changedAt),
    })),
  configurationTemplatePreview: async (_, { id, input }, { doors }) => {
    const request = { templateId: textOf(id), content: contentRequest(input) };
    const { matching, changing, stations } = await doors.configuration.previewConfigurationTemplate(request);
    const shown = stations.map(({ stationId, identity, settings }) => ({
      ...{ stationId, identity },
      settings: settings.map(({ key, desiredBefore = null, desired = null, reported = null }) => ({
        key,
        desiredBefore,
        desired,
        reported,
      })),
    }));
    return { matching, changing, stations: shown };
  },
  driftedStations: async (_, args, { doors }) => {
    const request = { page: pageRequest(args), templateId: textOf(args.templateId) };
    const { stations, page, total } = await doors.configuration.listDriftedStations(request);
    return { ...connection(stations, page), total };
  },
};

export const configurationMutations: MutationResolvers = {
  putConfigurationTemplate: async (_, { id, version, input }, { doors }) => {
    const request = { templateId: textOf(id), version: version ?? 0, content: contentRequest(input) };
    return template((await doors.configuration.putConfigurationTemplate(request)).template);
  },
  removeConfigurationTemplate: async (_, { id }, { doors }) => {
    await doors.configuration.removeConfigurationTemplate({ templateId: id });
    return true;
  },
  applyConfiguration: async (_, { stationIds, templateId }, { doors }) =>
    (await doors.configuration.applyConfiguration({ stationIds: [...(stationIds ?? [])], templateId: textOf(templateId) })).stations,
  readStationConfigurations: async (_, { stationIds }, { doors }) =>
    (await doors.configuration.readStationConfigurations({ stationIds: [...stationIds] })).stations,
  setStrictInbound: async (_, { stationId, strict }, { doors }) => {
    await doors.configuration.setStrictInbound({ stationId, strict });
    return strict;
  },
};

export const stationConfigurationFields: NonNullable<Resolvers['Station']> = {
  configuration: async ({ stationId }, _, { doors }) => {
    const { settings, readAt, strictInbound } = await doors.configuration.getStationConfiguration({ stationId });
    return { settings: settings.map(stationSetting), readAt: isoOrNull(readAt), strictInbound };
  },
  settingChanges: async ({ stationId }, args, { doors }) => {
    const { changes, page } = await doors.configuration.listSettingChanges({ stationId, page: pageRequest(args) });
    const shown = changes.map(({ changeId, key, kind, valueBefore = null, value = null, at }) => ({
      ...{ id: changeId, key, valueBefore, value },
      kind: changeKind(kind),
      at: iso(at),
    }));
    return connection(shown, page);
  },
};

export const driftedStationFields: NonNullable<Resolvers['DriftedStation']> = {
  station: async ({ stationId }, _, { loaders }) => present(await loaders.station.load(stationId)),
  settings: ({ settings }) => settings.map(stationSetting),
};
