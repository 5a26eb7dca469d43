import {
  ImportEffect as EffectValue,
  ImportService,
  type AppendImportRequest,
  type AppendImportResponseSchema,
  type ApplyImportRequest,
  type ApplyImportResponseSchema,
  type BeginImportRequest,
  type BeginImportResponseSchema,
  type CheckImportRequest,
  type CheckImportResponseSchema,
  type GetImportRequest,
  type GetImportTemplateRequest,
  type GetImportTemplateResponseSchema,
  type GetImportResponseSchema,
  type ImportKind as KindValue,
  type ListImportRowsRequest,
  type ListImportRowsResponseSchema,
  type ListImportsRequest,
  type ListImportsResponseSchema,
  type SettledRow,
  type SettleImportRowsRequest,
  type SettleImportRowsResponseSchema,
} from '@ampline/contracts';
import { Rpc, type RpcCall } from '@ampline/platform-grpc';
import { pageFrom, pageOf } from '@ampline/platform-postgres';
import type { MessageInitShape } from '@bufbuild/protobuf';
import { Controller } from '@nestjs/common';
import { check, checkedId, checkText } from '../stations/field-checks.js';
import { templateOf, type ImportKind } from './domain/columns.js';
import type { ImportEffect } from './domain/plan.js';
import type { ProblemCode } from './domain/problem.js';
import { EFFECT, importMessage, KIND } from './import-row.js';
import { ImportStore, type SettledElsewhere } from './import.store.js';

const PART_BYTES = 1_048_576;
const MOST_PARTS = 100;
const MOST_SETTLED = 500;
const KIND_OF = new Map(Object.entries(KIND).map(([kind, value]) => [value, kind as ImportKind]));
const EFFECT_OF = new Map(Object.entries(EFFECT).map(([effect, value]) => [value, effect as ImportEffect]));

/** Tables taken in from files. */
@Controller()
export class ImportsGrpc {
  constructor(private readonly imports: ImportStore) {}

  @Rpc(ImportService.method.getImportTemplate)
  async getImportTemplate(request: GetImportTemplateRequest): Promise<MessageInitShape<typeof GetImportTemplateResponseSchema>> {
    const lines = templateOf(checkedKind(request.kind), request.language === 'de');
    return { lines: lines.map((cells) => ({ cells: [...cells] })) };
  }

  @Rpc(ImportService.method.beginImport)
  async beginImport(request: BeginImportRequest, call: RpcCall): Promise<MessageInitShape<typeof BeginImportResponseSchema>> {
    checkText('file_name', request.fileName, 200);
    check('size_bytes', request.sizeBytes > 0n && request.sizeBytes < 2n ** 31n, 'a number of bytes');
    const file = { kind: checkedKind(request.kind), fileName: request.fileName, sizeBytes: Number(request.sizeBytes) };
    return { importId: await this.imports.begin(call, file) };
  }

  @Rpc(ImportService.method.appendImport)
  async appendImport(request: AppendImportRequest, call: RpcCall): Promise<MessageInitShape<typeof AppendImportResponseSchema>> {
    check('part', request.part >= 0 && request.part < MOST_PARTS, `0 to ${MOST_PARTS - 1}`);
    check('content', request.content.length > 0 && request.content.length <= PART_BYTES, `1 to ${PART_BYTES} bytes`);
    await this.imports.append(call.tenantId, checkedId('import_id', request.importId), request.part, request.content);
    return {};
  }

  @Rpc(ImportService.method.checkImport)
  async checkImport(request: CheckImportRequest, call: RpcCall): Promise<MessageInitShape<typeof CheckImportResponseSchema>> {
    return { import: importMessage(await this.imports.check(call.tenantId, checkedId('import_id', request.importId))) };
  }

  @Rpc(ImportService.method.applyImport)
  async applyImport(request: ApplyImportRequest, call: RpcCall): Promise<MessageInitShape<typeof ApplyImportResponseSchema>> {
    return { import: importMessage(await this.imports.apply(call, checkedId('import_id', request.importId), request.onlyGood)) };
  }

  @Rpc(ImportService.method.getImport)
  async getImport(request: GetImportRequest, call: RpcCall): Promise<MessageInitShape<typeof GetImportResponseSchema>> {
    return { import: importMessage(await this.imports.get(call.tenantId, checkedId('import_id', request.importId))) };
  }

  @Rpc(ImportService.method.listImports)
  async listImports(request: ListImportsRequest, call: RpcCall): Promise<MessageInitShape<typeof ListImportsResponseSchema>> {
    const page = pageOf(request.page);
    const found = pageFrom(await this.imports.list(call.tenantId, page), page, ({ key }) => key);
    return { imports: found.rows.map(({ row }) => importMessage(row)), page: found.page };
  }

  @Rpc(ImportService.method.listImportRows)
  async listImportRows(request: ListImportRowsRequest, call: RpcCall): Promise<MessageInitShape<typeof ListImportRowsResponseSchema>> {
    const page = pageOf(request.page);
    const effect = request.effect === EffectValue.UNSPECIFIED ? undefined : checkedEffect(request.effect);
    const filter = { importId: checkedId('import_id', request.importId), effect, openOnly: request.openOnly };
    const found = pageFrom(await this.imports.rows(call.tenantId, filter, page), page, ({ number }) => [String(number)]);
    const rows = found.rows.map((row) => ({ ...row, effect: row.effect ? EFFECT[row.effect] : EffectValue.UNSPECIFIED }));
    return { rows, page: found.page };
  }

  @Rpc(ImportService.method.settleImportRows)
  async settleImportRows(
    request: SettleImportRowsRequest,
    call: RpcCall,
  ): Promise<MessageInitShape<typeof SettleImportRowsResponseSchema>> {
    check('rows', request.rows.length <= MOST_SETTLED, `at most ${MOST_SETTLED}`);
    const importId = checkedId('import_id', request.importId);
    return { import: importMessage(await this.imports.settle(call.tenantId, importId, request.rows.map(checkedRow))) };
  }
}

function checkedKind(value: KindValue): ImportKind {
  const kind = KIND_OF.get(value);
  check('kind', kind !== undefined, 'a kind of import');
  return kind as ImportKind;
}

function checkedEffect(value: EffectValue): ImportEffect {
  const effect = EFFECT_OF.get(value);
  check('effect', effect !== undefined, 'what becomes of a row');
  return effect as ImportEffect;
}

function checkedRow({ number, effect, code }: SettledRow): SettledElsewhere {
  const isError = effect === EffectValue.ERROR;
  check('rows.code', isError ? code === 'group-unknown' || code === 'refused' : code === '', 'group-unknown or refused for an error');
  return { number, effect: checkedEffect(effect), code: isError ? (code as ProblemCode) : undefined };
}
