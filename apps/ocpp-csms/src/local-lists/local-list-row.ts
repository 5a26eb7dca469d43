import type { ListEntry } from './domain/entry.js';

export type ListStatus = 'pending' | 'in-sync' | 'failed' | 'not-supported' | 'disabled' | 'unmanaged';

/** A row of `local_list`, as {@link LIST_COLUMNS} select it. */
export interface ListRow {
  station_id: string;
  tenant_id: string;
  /** Newest version that was given out. */
  version: number;
  /** Version whose contents `entries` are; null: not known. */
  held_version: number | null;
  entries: ListEntry[];
  station_version: number | null;
  send_most: number | null;
  list_most: number | null;
  configured_at: Date | null;
  left_out: number;
  status: ListStatus;
  result: string;
  full_wanted: boolean;
  check_wanted: boolean;
  failures: number;
  due_at: Date | null;
  claimed_until: Date | null;
  synced_at: Date | null;
}

export const LIST_COLUMNS = [
  'station_id, tenant_id, version, held_version, entries, station_version, send_most, list_most, configured_at, left_out, status, result',
  'full_wanted, check_wanted, failures, due_at, claimed_until, synced_at',
].join(', ');
