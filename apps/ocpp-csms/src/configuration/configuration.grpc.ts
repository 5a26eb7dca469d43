import {
  ConfigurationService,
  TemplateMode as ModeValue,
  type ApplyConfigurationRequest,
  type ApplyConfigurationResponseSchema,
  type ConfigurationTemplateSchema,
  type GetStationConfigurationRequest,
  type GetStationConfigurationResponseSchema,
  type ListConfigurationTemplatesRequest,
  type ListConfigurationTemplatesResponseSchema,
  type ListDriftedStationsRequest,
  type ListDriftedStationsResponseSchema,
  type ListSettingChangesRequest,
  type ListSettingChangesResponseSchema,
  type ListTemplateVersionsRequest,
  type ListTemplateVersionsResponseSchema,
  type PreviewConfigurationTemplateRequest,
  type PreviewConfigurationTemplateResponseSchema,
  type PutConfigurationTemplateRequest,
  type PutConfigurationTemplateResponseSchema,
  type ReadStationConfigurationsRequest,
  type ReadStationConfigurationsResponseSchema,
  type RemoveConfigurationTemplateRequest,
  type RemoveConfigurationTemplateResponseSchema,
  type SetStrictInboundRequest,
  type SetStrictInboundResponseSchema,
  type StationSettingSchema,
  type TemplateContentSchema,
} from '@ampline/contracts';
import { Rpc, type RpcCall } from '@ampline/platform-grpc';
import { pageFrom, pageOf } from '@ampline/platform-postgres';
import type { MessageInitShape } from '@bufbuild/protobuf';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import { Controller } from '@nestjs/common';
import { checkedId, checkedIds } from '../stations/field-checks.js';
import { ConfigurationStore, type SettingRow } from './configuration.store.js';
import type { TemplateContent, TemplateMode } from './domain/template.js';
import { TemplatePreview } from './preview.js';
import { checkedTemplate } from './template-checks.js';
import { TemplateStore, type TemplateRow } from './template-store.js';

const MODE: Record<TemplateMode, ModeValue> = { enforce: ModeValue.ENFORCE, observe: ModeValue.OBSERVE };

/** Settings of stations and the templates that say what they are to be. */
@Controller()
export class ConfigurationGrpc {
  constructor(
    private readonly store: ConfigurationStore,
    private readonly templates: TemplateStore,
    private readonly preview: TemplatePreview,
  ) {}

  @Rpc(ConfigurationService.method.getStationConfiguration)
  async getStationConfiguration(
    request: GetStationConfigurationRequest,
    call: RpcCall,
  ): Promise<MessageInitShape<typeof GetStationConfigurationResponseSchema>> {
    const { settings, readAt, strictInbound } = await this.store.get(call.tenantId, checkedId('station_id', request.stationId));
    return { settings: settings.map(settingMessage), ...(readAt && { readAt: timestampFromDate(readAt) }), strictInbound };
  }

  @Rpc(ConfigurationService.method.listSettingChanges)
  async listSettingChanges(
    request: ListSettingChangesRequest,
    call: RpcCall,
  ): Promise<MessageInitShape<typeof ListSettingChangesResponseSchema>> {
    const page = pageOf(request.page);
    const rows = await this.store.changes(call.tenantId, checkedId('station_id', request.stationId), page);
    const found = pageFrom(rows, page, (row) => [row.change_id]);
    const changes = found.rows.map(({ change_id: changeId, value_before: valueBefore, value, at, ...same }) => ({
      ...same,
      changeId,
      ...(valueBefore !== null && { valueBefore }),
      ...(value !== null && { value }),
      at: timestampFromDate(at),
    }));
    return { changes, page: found.page };
  }

  @Rpc(ConfigurationService.method.readStationConfigurations)
  async readStationConfigurations(
    request: ReadStationConfigurationsRequest,
    call: RpcCall,
  ): Promise<MessageInitShape<typeof ReadStationConfigurationsResponseSchema>> {
    return { stations: await this.store.read(call.tenantId, checkedIds('station_ids', request.stationIds)) };
  }

  @Rpc(ConfigurationService.method.listConfigurationTemplates)
  async listConfigurationTemplates(
    _request: ListConfigurationTemplatesRequest,
    call: RpcCall,
  ): Promise<MessageInitShape<typeof ListConfigurationTemplatesResponseSchema>> {
    return { templates: (await this.templates.list(call.tenantId)).map(templateMessage) };
  }

  @Rpc(ConfigurationService.method.listTemplateVersions)
  async listTemplateVersions(
    request: ListTemplateVersionsRequest,
    call: RpcCall,
  ): Promise<MessageInitShape<typeof ListTemplateVersionsResponseSchema>> {
    const rows = await this.templates.versions(call.tenantId, checkedId('template_id', request.templateId));
    const versions = rows.map(({ version, name, content, changed_by: changedBy, changed_at: changedAt }) => ({
      version,
      content: contentMessage(name, content),
      changedBy,
      changedAt: timestampFromDate(changedAt),
    }));
    return { versions };
  }

  @Rpc(ConfigurationService.method.putConfigurationTemplate)
  async putConfigurationTemplate(
    request: PutConfigurationTemplateRequest,
    call: RpcCall,
  ): Promise<MessageInitShape<typeof PutConfigurationTemplateResponseSchema>> {
    const saved = { templateId: optionalId(request.templateId), version: request.version, ...checkedTemplate(request.content) };
    return { template: templateMessage(await this.templates.put(call, saved)) };
  }

  @Rpc(ConfigurationService.method.removeConfigurationTemplate)
  async removeConfigurationTemplate(
    request: RemoveConfigurationTemplateRequest,
    call: RpcCall,
  ): Promise<MessageInitShape<typeof RemoveConfigurationTemplateResponseSchema>> {
    await this.templates.remove(call, checkedId('template_id', request.templateId));
    return {};
  }

  @Rpc(ConfigurationService.method.previewConfigurationTemplate)
  async previewConfigurationTemplate(
    request: PreviewConfigurationTemplateRequest,
    call: RpcCall,
  ): Promise<MessageInitShape<typeof PreviewConfigurationTemplateResponseSchema>> {
    const { content } = checkedTemplate(request.content);
    const { matching, changing, stations } = await this.preview.of(call.tenantId, optionalId(request.templateId), content);
    const shown = stations.map(({ settings, ...station }) => ({
      ...station,
      settings: settings.map(({ key, before, desired, reported }) => ({
        key,
        ...(before !== undefined && { desiredBefore: before }),
        ...(desired !== undefined && { desired }),
        ...(reported !== undefined && { reported }),
      })),
    }));
    return { matching, changing, stations: shown };
  }

  @Rpc(ConfigurationService.method.listDriftedStations)
  async listDriftedStations(
    request: ListDriftedStationsRequest,
    call: RpcCall,
  ): Promise<MessageInitShape<typeof ListDriftedStationsResponseSchema>> {
    const page = pageOf(request.page);
    const { stations, total } = await this.store.drifted(call.tenantId, optionalId(request.templateId), page);
    const found = pageFrom(stations, page, ({ key }) => key);
    const shown = found.rows.map(({ stationId, settings }) => ({ stationId, settings: settings.map(settingMessage) }));
    return { stations: shown, page: found.page, total };
  }

  @Rpc(ConfigurationService.method.applyConfiguration)
  async applyConfiguration(
    request: ApplyConfigurationRequest,
    call: RpcCall,
  ): Promise<MessageInitShape<typeof ApplyConfigurationResponseSchema>> {
    const stationIds = checkedIds('station_ids', request.stationIds);
    return { stations: await this.store.apply(call, stationIds, optionalId(request.templateId)) };
  }

  @Rpc(ConfigurationService.method.setStrictInbound)
  async setStrictInbound(
    request: SetStrictInboundRequest,
    call: RpcCall,
  ): Promise<MessageInitShape<typeof SetStrictInboundResponseSchema>> {
    await this.store.setStrict(call, checkedId('station_id', request.stationId), request.strict);
    return {};
  }
}

function optionalId(templateId: string): string | undefined {
  return templateId === '' ? undefined : checkedId('template_id', templateId);
}

function settingMessage(row: SettingRow): MessageInitShape<typeof StationSettingSchema> {
  const { key, reported, value, readonly, desired, drifted } = row;
  return {
    ...{ key, reported, readonly, drifted },
    ...(value !== null && { value }),
    ...(row.read_at && { readAt: timestampFromDate(row.read_at) }),
    ...(desired !== null && { desired }),
    templateId: row.template_id ?? '',
    mode: row.mode === null ? ModeValue.UNSPECIFIED : MODE[row.mode],
    status: row.status ?? '',
  };
}

function contentMessage(name: string, content: TemplateContent): MessageInitShape<typeof TemplateContentSchema> {
  const { rule, priority, mode, resetWhenIdle, settings } = content;
  return {
    name,
    rule: { ...rule, siteIds: [...rule.siteIds], stationIds: [...rule.stationIds] },
    priority,
    mode: MODE[mode],
    resetWhenIdle,
    settings: [...settings],
  };
}

function templateMessage(row: TemplateRow): MessageInitShape<typeof ConfigurationTemplateSchema> {
  return {
    templateId: row.template_id,
    version: row.version,
    content: contentMessage(row.name, row.content),
    updatedAt: timestampFromDate(row.updated_at),
    stations: row.stations,
    drifted: row.drifted,
  };
}
