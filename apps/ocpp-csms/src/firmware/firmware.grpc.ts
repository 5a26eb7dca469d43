import {
  FirmwareCampaignState,
  FirmwareService,
  FirmwareUpdateState,
  type AppendFirmwareImageRequest,
  type AppendFirmwareImageResponseSchema,
  type BeginFirmwareImageRequest,
  type BeginFirmwareImageResponseSchema,
  type CreateFirmwareCampaignRequest,
  type CreateFirmwareCampaignResponseSchema,
  type FinishFirmwareImageRequest,
  type FinishFirmwareImageResponseSchema,
  type FirmwareTarget,
  type GetFirmwareCampaignRequest,
  type GetFirmwareCampaignResponseSchema,
  type ListFirmwareCampaignsRequest,
  type ListFirmwareCampaignsResponseSchema,
  type ListFirmwareImagesRequest,
  type ListFirmwareImagesResponseSchema,
  type ListFirmwareUpdatesRequest,
  type ListFirmwareUpdatesResponseSchema,
  type PreviewFirmwareCampaignRequest,
  type PreviewFirmwareCampaignResponseSchema,
  type RetireFirmwareImageRequest,
  type RetireFirmwareImageResponseSchema,
  type SetFirmwareCampaignStateRequest,
  type SetFirmwareCampaignStateResponseSchema,
} from '@ampline/contracts';
import { Rpc, type RpcCall } from '@ampline/platform-grpc';
import { pageFrom, pageOf } from '@ampline/platform-postgres';
import type { MessageInitShape } from '@bufbuild/protobuf';
import { Controller } from '@nestjs/common';
import { isFileName } from '../station-files/file-name.js';
import { PART_BYTES } from '../station-files/station-files.store.js';
import { check, checkedId, checkText } from '../stations/field-checks.js';
import { checkedPlan } from './campaign-messages.js';
import { CampaignStore, type CampaignTarget } from './campaign.store.js';
import { FirmwareImages, type ImageAnnounced } from './firmware-images.js';
import { UPDATE_STATE, updateMessage } from './update-row.js';
import type { UpdateState } from './domain/update.js';

const MOST_PARTS = 200_000;
const MOST_STATIONS = 5_000;
const MOST_OTHERS = 200;

const STEP: Partial<Record<FirmwareCampaignState, 'running' | 'paused' | 'aborted'>> = {
  [FirmwareCampaignState.RUNNING]: 'running',
  [FirmwareCampaignState.PAUSED]: 'paused',
  [FirmwareCampaignState.ABORTED]: 'aborted',
};

const STATE_OF = new Map(Object.entries(UPDATE_STATE).map(([word, value]) => [value, word as UpdateState]));

/** Firmware images and campaigns. */
@Controller()
export class FirmwareGrpc {
  constructor(
    private readonly images: FirmwareImages,
    private readonly campaigns: CampaignStore,
  ) {}

  @Rpc(FirmwareService.method.beginFirmwareImage)
  async beginFirmwareImage(
    request: BeginFirmwareImageRequest,
    call: RpcCall,
  ): Promise<MessageInitShape<typeof BeginFirmwareImageResponseSchema>> {
    return { imageId: await this.images.begin(call, announced(request)) };
  }

  @Rpc(FirmwareService.method.appendFirmwareImage)
  async appendFirmwareImage(
    request: AppendFirmwareImageRequest,
    call: RpcCall,
  ): Promise<MessageInitShape<typeof AppendFirmwareImageResponseSchema>> {
    check('part', request.part >= 0 && request.part < MOST_PARTS, `0 to ${MOST_PARTS - 1}`);
    check('content', request.content.length > 0 && request.content.length <= PART_BYTES, `1 to ${PART_BYTES} bytes`);
    await this.images.append(call.tenantId, checkedId('image_id', request.imageId), request.part, request.content);
    return {};
  }

  @Rpc(FirmwareService.method.finishFirmwareImage)
  async finishFirmwareImage(
    request: FinishFirmwareImageRequest,
    call: RpcCall,
  ): Promise<MessageInitShape<typeof FinishFirmwareImageResponseSchema>> {
    check('parts', request.parts >= 1 && request.parts <= MOST_PARTS, `1 to ${MOST_PARTS}`);
    return { image: await this.images.finish(call, checkedId('image_id', request.imageId), request.parts) };
  }

  @Rpc(FirmwareService.method.listFirmwareImages)
  async listFirmwareImages(
    request: ListFirmwareImagesRequest,
    call: RpcCall,
  ): Promise<MessageInitShape<typeof ListFirmwareImagesResponseSchema>> {
    const page = pageOf(request.page);
    const found = pageFrom(await this.images.list(call.tenantId, request.includeRetired, page), page, ({ key }) => key);
    return { images: found.rows.map(({ item }) => item), page: found.page };
  }

  @Rpc(FirmwareService.method.retireFirmwareImage)
  async retireFirmwareImage(
    request: RetireFirmwareImageRequest,
    call: RpcCall,
  ): Promise<MessageInitShape<typeof RetireFirmwareImageResponseSchema>> {
    return { image: await this.images.retire(call, checkedId('image_id', request.imageId)) };
  }

  @Rpc(FirmwareService.method.previewFirmwareCampaign)
  async previewFirmwareCampaign(
    request: PreviewFirmwareCampaignRequest,
    call: RpcCall,
  ): Promise<MessageInitShape<typeof PreviewFirmwareCampaignResponseSchema>> {
    return this.campaigns.preview(call.tenantId, checkedId('image_id', request.imageId), checkedTarget(request.target));
  }

  @Rpc(FirmwareService.method.createFirmwareCampaign)
  async createFirmwareCampaign(
    request: CreateFirmwareCampaignRequest,
    call: RpcCall,
  ): Promise<MessageInitShape<typeof CreateFirmwareCampaignResponseSchema>> {
    checkText('name', request.name, 100);
    const imageId = checkedId('image_id', request.imageId);
    const [target, plan] = [checkedTarget(request.target), checkedPlan(request.plan)];
    return { campaign: await this.campaigns.create(call, { name: request.name, imageId, target, plan }) };
  }

  @Rpc(FirmwareService.method.getFirmwareCampaign)
  async getFirmwareCampaign(
    request: GetFirmwareCampaignRequest,
    call: RpcCall,
  ): Promise<MessageInitShape<typeof GetFirmwareCampaignResponseSchema>> {
    return { campaign: await this.campaigns.get(call.tenantId, checkedId('campaign_id', request.campaignId)) };
  }

  @Rpc(FirmwareService.method.listFirmwareCampaigns)
  async listFirmwareCampaigns(
    request: ListFirmwareCampaignsRequest,
    call: RpcCall,
  ): Promise<MessageInitShape<typeof ListFirmwareCampaignsResponseSchema>> {
    const page = pageOf(request.page);
    const found = pageFrom(await this.campaigns.list(call.tenantId, page), page, ({ key }) => key);
    return { campaigns: found.rows.map(({ item }) => item), page: found.page };
  }

  @Rpc(FirmwareService.method.setFirmwareCampaignState)
  async setFirmwareCampaignState(
    request: SetFirmwareCampaignStateRequest,
    call: RpcCall,
  ): Promise<MessageInitShape<typeof SetFirmwareCampaignStateResponseSchema>> {
    const state = STEP[request.state];
    check('state', state !== undefined, 'running, paused or aborted');
    return { campaign: await this.campaigns.setState(call, checkedId('campaign_id', request.campaignId), state as 'running') };
  }

  @Rpc(FirmwareService.method.listFirmwareUpdates)
  async listFirmwareUpdates(
    request: ListFirmwareUpdatesRequest,
    call: RpcCall,
  ): Promise<MessageInitShape<typeof ListFirmwareUpdatesResponseSchema>> {
    const page = pageOf(request.page);
    const state = request.state === FirmwareUpdateState.UNSPECIFIED ? undefined : STATE_OF.get(request.state);
    const rows = await this.campaigns.updates(call.tenantId, checkedId('campaign_id', request.campaignId), state, page);
    const found = pageFrom(rows, page, ({ key }) => key);
    return { updates: found.rows.map(({ row }) => updateMessage(row)), page: found.page };
  }
}

function announced(request: BeginFirmwareImageRequest): ImageAnnounced {
  const { vendor, model, version, fileName, sha256, signature, signingCertificate } = request;
  checkText('vendor', vendor, 50);
  if (model !== '') checkText('model', model, 50);
  // CiString50 of BootNotification.
  checkText('version', version, 50);
  check('file_name', isFileName(fileName) && fileName.length <= 100, 'a file name of at most 100 characters');
  check('size_bytes', request.sizeBytes > 0n, 'above 0');
  check('sha256', /^(?:[0-9a-f]{64})?$/i.test(sha256), '64 hexadecimal digits');
  check('signature', (signature === '') === (signingCertificate === ''), 'given together with the signing certificate');
  // Lengths of SignedUpdateFirmware.
  check('signature', /^[A-Za-z0-9+/]*={0,2}$/.test(signature) && signature.length <= 800, 'base64, at most 800 characters');
  check(
    'signing_certificate',
    signingCertificate === '' || (/^-----BEGIN CERTIFICATE-----/.test(signingCertificate) && signingCertificate.length <= 5_500),
    'PEM, at most 5,500 characters',
  );
  return {
    ...{ vendor, model, version, fileName, sizeBytes: Number(request.sizeBytes) },
    sha256: sha256 === '' ? undefined : Buffer.from(sha256, 'hex'),
    signature: signature || null,
    signingCertificate: signingCertificate || null,
  };
}

function checkedTarget(target: FirmwareTarget | undefined): CampaignTarget {
  const { siteIds = [], stationIds = [], firmwareVersions = [] } = target ?? {};
  check('target.station_ids', stationIds.length <= MOST_STATIONS, `at most ${MOST_STATIONS}`);
  check('target.site_ids', siteIds.length <= MOST_OTHERS, `at most ${MOST_OTHERS}`);
  check('target.firmware_versions', firmwareVersions.length <= MOST_OTHERS, `at most ${MOST_OTHERS}`);
  for (const version of firmwareVersions) checkText('target.firmware_versions', version, 50);
  return {
    siteIds: siteIds.map((id) => checkedId('target.site_ids', id)),
    stationIds: stationIds.map((id) => checkedId('target.station_ids', id)),
    firmwareVersions,
  };
}
