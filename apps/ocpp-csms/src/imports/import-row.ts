import {
  ImportEffect as EffectValue,
  ImportKind as KindValue,
  ImportState as StateValue,
  type Import,
  ImportSchema,
} from '@ampline/contracts';
import { create } from '@bufbuild/protobuf';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import type { ImportKind } from './domain/columns.js';
import type { ImportEffect } from './domain/plan.js';
import type { Problem } from './domain/problem.js';

/** Column `state`. */
export type ImportState = 'uploading' | 'checking' | 'checked' | 'applying' | 'applied' | 'failed';

/** A row of `bulk_import` with what its rows come to, as {@link IMPORT_COLUMNS} select it. */
export interface ImportRecord {
  import_id: string;
  tenant_id: string;
  kind: ImportKind;
  state: ImportState;
  file_name: string;
  size_bytes: number;
  failure: string;
  failure_detail: string;
  created_by: string;
  created_at: Date;
  applied_at: Date | null;
  completed_at: Date | null;
  counts: { rows: number; create: number; change: number; keep: number; error: number; settled: number };
}

/** Over the alias `i`. */
export const IMPORT_COLUMNS = `i.import_id, i.tenant_id, i.kind, i.state, i.file_name, i.size_bytes, i.failure, i.failure_detail, i.created_by,
  i.created_at, i.applied_at, i.completed_at,
  (SELECT jsonb_build_object('rows', count(*), 'create', count(*) FILTER (WHERE effect = 'create'),
      'change', count(*) FILTER (WHERE effect = 'change'), 'keep', count(*) FILTER (WHERE effect = 'keep'),
      'error', count(*) FILTER (WHERE effect = 'error'), 'settled', count(*) FILTER (WHERE settled))
    FROM bulk_import_row r WHERE r.import_id = i.import_id) AS counts`;

/** A row of `bulk_import_row`. */
export interface StoredImportRow {
  number: number;
  group_number: number;
  subject: string;
  cells: Record<string, string>;
  effect: ImportEffect | null;
  problems: Problem[];
  changes: string[];
  settled: boolean;
}

export const KIND: Record<ImportKind, KindValue> = {
  sites: KindValue.SITES,
  locations: KindValue.LOCATIONS,
  stations: KindValue.STATIONS,
  'id-tokens': KindValue.ID_TOKENS,
};
export const EFFECT: Record<ImportEffect, EffectValue> = {
  create: EffectValue.CREATE,
  change: EffectValue.CHANGE,
  keep: EffectValue.KEEP,
  error: EffectValue.ERROR,
};
const STATE: Record<ImportState, StateValue> = {
  uploading: StateValue.CHECKING,
  checking: StateValue.CHECKING,
  checked: StateValue.CHECKED,
  applying: StateValue.APPLYING,
  applied: StateValue.APPLIED,
  failed: StateValue.FAILED,
};

export function importMessage(row: ImportRecord): Import {
  const { counts } = row;
  return create(ImportSchema, {
    importId: row.import_id,
    kind: KIND[row.kind],
    state: STATE[row.state],
    fileName: row.file_name,
    failure: row.failure,
    failureDetail: row.failure_detail,
    rows: counts.rows,
    toCreate: counts.create,
    toChange: counts.change,
    toKeep: counts.keep,
    withErrors: counts.error,
    settled: counts.settled,
    createdBy: row.created_by,
    createdAt: timestampFromDate(row.created_at),
    ...(row.applied_at && { appliedAt: timestampFromDate(row.applied_at) }),
    ...(row.completed_at && { completedAt: timestampFromDate(row.completed_at) }),
  });
}
