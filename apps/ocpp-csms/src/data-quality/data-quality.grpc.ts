import {
  ImportService,
  type DataFindingKind,
  type ListDataFindingsRequest,
  type ListDataFindingsResponseSchema,
  type ListSiteScoresRequest,
  type ListSiteScoresResponseSchema,
} from '@ampline/contracts';
import { Rpc, type RpcCall } from '@ampline/platform-grpc';
import { pageFrom, pageOf } from '@ampline/platform-postgres';
import type { MessageInitShape } from '@bufbuild/protobuf';
import { Controller } from '@nestjs/common';
import { check, checkedId } from '../stations/field-checks.js';
import { DataQualityStore } from './data-quality.store.js';
import { FINDINGS, type FindingName } from './finding-kinds.js';

const UNSEEN_DAYS = 30;
const NAME_OF = new Map(Object.entries(FINDINGS).map(([name, { kind }]) => [kind as DataFindingKind, name as FindingName]));

/** What is doubtful about the data of stations. */
@Controller()
export class DataQualityGrpc {
  constructor(private readonly store: DataQualityStore) {}

  @Rpc(ImportService.method.listDataFindings)
  async listDataFindings(
    request: ListDataFindingsRequest,
    call: RpcCall,
  ): Promise<MessageInitShape<typeof ListDataFindingsResponseSchema>> {
    const page = pageOf(request.page);
    const filter = {
      kinds: request.kinds.map(checkedKind),
      siteId: request.siteId === '' ? undefined : checkedId('site_id', request.siteId),
      unseenDays: checkedDays(request.unseenDays),
    };
    const found = pageFrom(await this.store.findings(call.tenantId, filter, page), page, ({ key }) => key);
    const findings = found.rows.map(({ row }) => ({
      kind: FINDINGS[row.kind].kind,
      stationId: row.station_id ?? '',
      stationIdentity: row.identity ?? '',
      siteId: row.site_id,
      siteName: row.site_name,
      locationId: row.location_id,
      locationName: row.location_name,
      evseNumber: row.evse,
      connectorNumber: row.connector,
      value: row.value,
      compared: row.compared,
    }));
    return { findings, page: found.page };
  }

  @Rpc(ImportService.method.listSiteScores)
  async listSiteScores(request: ListSiteScoresRequest, call: RpcCall): Promise<MessageInitShape<typeof ListSiteScoresResponseSchema>> {
    const page = pageOf(request.page);
    const found = pageFrom(await this.store.scores(call.tenantId, checkedDays(request.unseenDays), page), page, ({ key }) => key);
    const sites = found.rows.map(({ row }) => ({
      siteId: row.site_id,
      siteName: row.site_name,
      stations: row.stations,
      findings: row.findings,
      ...(row.score !== null && { score: row.score }),
    }));
    return { sites, page: found.page };
  }
}

function checkedDays(days: number): number {
  check('unseen_days', days >= 0 && days <= 3_650, '0 to 3650');
  return days === 0 ? UNSEEN_DAYS : days;
}

function checkedKind(value: DataFindingKind): FindingName {
  const name = NAME_OF.get(value);
  check('kinds', name !== undefined, 'kinds of findings');
  return name as FindingName;
}
