import type { ListEntry } from './entry.js';

/** A change of one entry; without `idTagInfo` it is deleted (OCPP 1.6 §5.15). */
export type EntryChange = ListEntry | { idTag: string };

/** One SendLocalList. */
export interface ListMessage {
  updateType: 'Full' | 'Differential';
  changes: EntryChange[];
}

/** When a station does not say how many it takes at once. */
const DEFAULT_SEND_MOST = 50;

/**
 * The messages that bring a station from what it holds to what it should hold; none when it does. A Full update where what it holds is
 * not known, or where at least half would change; it goes on with Differential ones where it does not fit into one message. Deletions
 * come first, so that the list is at no time longer than it will be or was.
 *
 * @param held undefined: not known
 * @param sendMost SendLocalListMaxLength; undefined: the station does not say
 */
export function planUpdate(
  held: readonly ListEntry[] | undefined,
  wanted: readonly ListEntry[],
  sendMost: number | undefined,
): ListMessage[] {
  const size = Math.max(1, sendMost ?? DEFAULT_SEND_MOST);
  if (held === undefined) return full(wanted, size);
  const changes = changesBetween(held, wanted);
  if (changes.length === 0) return [];
  if (changes.length * 2 >= wanted.length) return full(wanted, size);
  return chunks(changes, size).map((part) => ({ updateType: 'Differential', changes: part }));
}

/** What a station holds after it has accepted a message. */
export function applied(held: readonly ListEntry[], { updateType, changes }: ListMessage): ListEntry[] {
  const entries = new Map((updateType === 'Full' ? [] : held).map((entry) => [keyOf(entry), entry]));
  for (const change of changes) {
    if ('idTagInfo' in change) entries.set(keyOf(change), change);
    else entries.delete(keyOf(change));
  }
  return [...entries.values()];
}

function changesBetween(held: readonly ListEntry[], wanted: readonly ListEntry[]): EntryChange[] {
  const before = new Map(held.map((entry) => [keyOf(entry), entry]));
  const after = new Set(wanted.map(keyOf));
  const deleted = held.filter((entry) => !after.has(keyOf(entry))).map(({ idTag }) => ({ idTag }));
  const changed = wanted.filter((entry) => !sameInfo(before.get(keyOf(entry)), entry));
  return [...deleted, ...changed];
}

function sameInfo(held: ListEntry | undefined, { idTagInfo }: ListEntry): boolean {
  const { status, expiryDate, parentIdTag } = held?.idTagInfo ?? {};
  return status === idTagInfo.status && expiryDate === idTagInfo.expiryDate && parentIdTag === idTagInfo.parentIdTag;
}

function full(wanted: readonly ListEntry[], size: number): ListMessage[] {
  const [first = [], ...rest] = chunks(wanted, size);
  return [{ updateType: 'Full', changes: first }, ...rest.map((changes): ListMessage => ({ updateType: 'Differential', changes }))];
}

function chunks<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, i) => items.slice(i * size, (i + 1) * size));
}

/** Compared without regard to case (CiString). */
function keyOf({ idTag }: { idTag: string }): string {
  return idTag.toLowerCase();
}
