import {
  StationFileKind,
  StationFileService,
  type DeleteStationFileRequest,
  type DeleteStationFileResponseSchema,
  type GetStationFileRequest,
  type GetStationFileResponseSchema,
  type ListStationFilesRequest,
  type ListStationFilesResponseSchema,
  type ReadStationFileRequest,
  type ReadStationFileResponseSchema,
  type RequestStationFileRequest,
  type RequestStationFileResponseSchema,
} from '@ampline/contracts';
import { Rpc, type RpcCall } from '@ampline/platform-grpc';
import { pageFrom, pageOf } from '@ampline/platform-postgres';
import type { MessageInitShape } from '@bufbuild/protobuf';
import { timestampDate } from '@bufbuild/protobuf/wkt';
import { Controller } from '@nestjs/common';
import { csmsErrors } from '../errors.js';
import { check, checkedId } from '../stations/field-checks.js';
import { TRANSFER } from './endpoints.js';
import { FileRequests } from './file-requests.js';
import { stationFile, type FileKind } from './station-file-row.js';
import { StationFileStore } from './station-files.store.js';

const KIND: Record<StationFileKind, FileKind | undefined> = {
  [StationFileKind.UNSPECIFIED]: undefined,
  [StationFileKind.DIAGNOSTICS]: 'diagnostics',
  [StationFileKind.DIAGNOSTICS_LOG]: 'diagnostics-log',
  [StationFileKind.SECURITY_LOG]: 'security-log',
};

/** Diagnostics and logs of charging stations. */
@Controller()
export class StationFilesGrpc {
  constructor(
    private readonly files: StationFileStore,
    private readonly requests: FileRequests,
  ) {}

  @Rpc(StationFileService.method.requestStationFile)
  async requestStationFile(
    request: RequestStationFileRequest,
    call: RpcCall,
  ): Promise<MessageInitShape<typeof RequestStationFileResponseSchema>> {
    const kind = KIND[request.kind];
    if (!kind) throw csmsErrors.invalidField({ field: 'kind', rule: 'diagnostics, diagnostics log or security log' });
    const [from, until] = [request.from && timestampDate(request.from), request.until && timestampDate(request.until)];
    check('until', !from || !until || from < until, 'after from');
    const wanted = { stationId: checkedId('station_id', request.stationId), kind, transfer: TRANSFER[request.transfer], from, until };
    return { file: stationFile(await this.requests.request(call, wanted)) };
  }

  @Rpc(StationFileService.method.getStationFile)
  async getStationFile(request: GetStationFileRequest, call: RpcCall): Promise<MessageInitShape<typeof GetStationFileResponseSchema>> {
    return { file: stationFile(await this.files.get(call.tenantId, checkedId('file_id', request.fileId))) };
  }

  @Rpc(StationFileService.method.listStationFiles)
  async listStationFiles(
    request: ListStationFilesRequest,
    call: RpcCall,
  ): Promise<MessageInitShape<typeof ListStationFilesResponseSchema>> {
    const page = pageOf(request.page);
    const rows = await this.files.list(call.tenantId, checkedId('station_id', request.stationId), page);
    const found = pageFrom(rows, page, ({ key }) => key);
    return { files: found.rows.map(({ row }) => stationFile(row)), page: found.page };
  }

  @Rpc(StationFileService.method.readStationFile)
  async readStationFile(request: ReadStationFileRequest, call: RpcCall): Promise<MessageInitShape<typeof ReadStationFileResponseSchema>> {
    check('offset', request.offset >= 0n && request.offset <= BigInt(Number.MAX_SAFE_INTEGER), 'not negative');
    return { content: await this.files.read(call, checkedId('file_id', request.fileId), Number(request.offset)) };
  }

  @Rpc(StationFileService.method.deleteStationFile)
  async deleteStationFile(
    request: DeleteStationFileRequest,
    call: RpcCall,
  ): Promise<MessageInitShape<typeof DeleteStationFileResponseSchema>> {
    return { file: stationFile(await this.files.delete(call, checkedId('file_id', request.fileId))) };
  }
}
