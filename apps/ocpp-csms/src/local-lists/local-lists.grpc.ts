import {
  LocalListSelection,
  LocalListService,
  LocalListStatus,
  type GetLocalListRequest,
  type GetLocalListResponseSchema,
  type ListLocalListEntriesRequest,
  type ListLocalListEntriesResponseSchema,
  type ListLocalListPoliciesRequest,
  type ListLocalListPoliciesResponseSchema,
  type LocalListPolicySchema,
  type LocalListSchema,
  type RemoveLocalListPolicyRequest,
  type RemoveLocalListPolicyResponseSchema,
  type SetLocalListPolicyRequest,
  type SetLocalListPolicyResponseSchema,
  type SyncLocalListRequest,
  type SyncLocalListResponseSchema,
} from '@ampline/contracts';
import { Rpc, type RpcCall } from '@ampline/platform-grpc';
import { pageFrom, pageOf } from '@ampline/platform-postgres';
import type { MessageInitShape } from '@bufbuild/protobuf';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import { Controller } from '@nestjs/common';
import { check, checkedId, checkedIds } from '../stations/field-checks.js';
import type { ListStatus } from './local-list-row.js';
import { LocalListStore, type FoundList } from './local-list.store.js';
import { LocalLists, type PolicyScope } from './local-lists.js';
import type { PolicyRow, Selection } from './policy.js';

const STATUS: Record<ListStatus, LocalListStatus> = {
  unmanaged: LocalListStatus.UNMANAGED,
  pending: LocalListStatus.PENDING,
  'in-sync': LocalListStatus.IN_SYNC,
  failed: LocalListStatus.FAILED,
  'not-supported': LocalListStatus.NOT_SUPPORTED,
  disabled: LocalListStatus.DISABLED,
};
const SELECTION: Record<Selection, LocalListSelection> = {
  unmanaged: LocalListSelection.UNMANAGED,
  all: LocalListSelection.ALL,
  groups: LocalListSelection.GROUPS,
  chosen: LocalListSelection.CHOSEN,
};
const SELECTION_OF = new Map(Object.entries(SELECTION).map(([selection, value]) => [value, selection as Selection]));

/** Local authorization lists, and which id tokens go to them. */
@Controller()
export class LocalListsGrpc {
  constructor(
    private readonly lists: LocalLists,
    private readonly store: LocalListStore,
  ) {}

  @Rpc(LocalListService.method.listLocalListPolicies)
  async listLocalListPolicies(
    _request: ListLocalListPoliciesRequest,
    call: RpcCall,
  ): Promise<MessageInitShape<typeof ListLocalListPoliciesResponseSchema>> {
    return { policies: (await this.store.policies(call.tenantId)).map(policyMessage) };
  }

  @Rpc(LocalListService.method.setLocalListPolicy)
  async setLocalListPolicy(
    request: SetLocalListPolicyRequest,
    { tenantId, caller }: RpcCall,
  ): Promise<MessageInitShape<typeof SetLocalListPolicyResponseSchema>> {
    const selection = SELECTION_OF.get(request.selection);
    check('selection', selection !== undefined, 'one of the selections');
    const groupIds = checkedIds('group_ids', request.groupIds);
    const idTokenIds = checkedIds('id_token_ids', request.idTokenIds);
    check('group_ids', groupIds.length === 0 || selection === 'groups', 'empty, unless groups are selected');
    check('id_token_ids', idTokenIds.length === 0 || selection === 'chosen', 'empty, unless id tokens are chosen');
    const wanted = { ...scopeOf(request), selection: selection as Selection, groupIds, idTokenIds };
    const { policy, stations } = await this.lists.setPolicy({ tenantId, caller }, wanted);
    return { policy: policyMessage(policy), stations };
  }

  @Rpc(LocalListService.method.removeLocalListPolicy)
  async removeLocalListPolicy(
    request: RemoveLocalListPolicyRequest,
    { tenantId, caller }: RpcCall,
  ): Promise<MessageInitShape<typeof RemoveLocalListPolicyResponseSchema>> {
    await this.lists.removePolicy({ tenantId, caller }, scopeOf(request));
    return {};
  }

  @Rpc(LocalListService.method.getLocalList)
  async getLocalList(request: GetLocalListRequest, call: RpcCall): Promise<MessageInitShape<typeof GetLocalListResponseSchema>> {
    const stationId = checkedId('station_id', request.stationId);
    return { localList: listMessage(stationId, await this.store.get(call.tenantId, stationId)) };
  }

  @Rpc(LocalListService.method.listLocalListEntries)
  async listLocalListEntries(
    request: ListLocalListEntriesRequest,
    call: RpcCall,
  ): Promise<MessageInitShape<typeof ListLocalListEntriesResponseSchema>> {
    const page = pageOf(request.page);
    const stationId = checkedId('station_id', request.stationId);
    const found = pageFrom(await this.store.entries(call.tenantId, stationId, page), page, ({ key }) => [key]);
    const entries = found.rows.map(({ entry: { idTag, idTagInfo } }) => ({
      idToken: idTag,
      status: idTagInfo.status,
      ...(idTagInfo.expiryDate !== undefined && { expiresAt: timestampFromDate(new Date(idTagInfo.expiryDate)) }),
      groupToken: idTagInfo.parentIdTag ?? '',
    }));
    return { entries, page: found.page };
  }

  @Rpc(LocalListService.method.syncLocalList)
  async syncLocalList(
    request: SyncLocalListRequest,
    { tenantId, caller }: RpcCall,
  ): Promise<MessageInitShape<typeof SyncLocalListResponseSchema>> {
    const stationId = checkedId('station_id', request.stationId);
    await this.lists.sync({ tenantId, caller }, stationId, request.full);
    return { localList: listMessage(stationId, await this.store.get(tenantId, stationId)) };
  }
}

function scopeOf({ siteId, stationId }: { siteId: string; stationId: string }): PolicyScope {
  check('site_id', siteId === '' || stationId === '', 'not together with station_id');
  if (siteId !== '') return { siteId: checkedId('site_id', siteId) };
  return stationId === '' ? {} : { stationId: checkedId('station_id', stationId) };
}

function listMessage(stationId: string, { row, policy }: FoundList): MessageInitShape<typeof LocalListSchema> {
  const managed = policy !== undefined && policy.selection !== 'unmanaged';
  return {
    stationId,
    status: STATUS[managed ? (row?.status ?? 'pending') : 'unmanaged'],
    result: row?.result ?? '',
    version: row?.version ?? 0,
    heldVersion: row?.held_version ?? 0,
    ...(row !== undefined && row.station_version !== null && { stationVersion: row.station_version }),
    entries: row !== undefined && row.held_version !== null ? row.entries.length : 0,
    leftOut: row?.left_out ?? 0,
    sendMost: row?.send_most ?? 0,
    listMost: row?.list_most ?? 0,
    ...(row?.synced_at && { syncedAt: timestampFromDate(row.synced_at) }),
    ...(row?.due_at && { dueAt: timestampFromDate(row.due_at) }),
    ...(policy && { policy: policyMessage(policy) }),
  };
}

function policyMessage(policy: PolicyRow): MessageInitShape<typeof LocalListPolicySchema> {
  return {
    siteId: policy.site_id ?? '',
    stationId: policy.station_id ?? '',
    selection: SELECTION[policy.selection],
    groupIds: policy.group_ids,
    chosen: policy.id_token_ids.map((idTokenId) => ({ idTokenId, idToken: policy.id_tokens[idTokenId] ?? '' })),
    updatedBy: policy.updated_by,
    updatedAt: timestampFromDate(policy.updated_at),
  };
}
