import { IdTokenStatus, ImportEffect, type IdTokenState, type ImportRow, type SettledRowSchema } from '@ampline/contracts';
import { AppError, type ErrorKind } from '@ampline/kernel-errors';
import type { MessageInitShape } from '@bufbuild/protobuf';
import { timestampMs } from '@bufbuild/protobuf/wkt';
import type { Doors } from '../doors/doors.js';
import { LARGEST_PAGE } from '../mapping/pages.js';
import { timestampOf } from '../mapping/values.js';
import { rowsOf } from '../rest/line-stream.js';

const AT_ONCE = 100;
const SIDE_BY_SIDE = 10;
const MOST_GROUPS = 10_000;
/** The row's own fault; anything else is tried again. */
const OF_THE_ROW: readonly ErrorKind[] = ['invalid', 'conflict', 'not-found'];

type Settled = MessageInitShape<typeof SettledRowSchema>;

/**
 * Writes the next id tokens of an import at accounts, whose they are, as whoever asks; then notes what became of them. Asked again after a
 * failure it writes what it wrote already once more, which changes nothing.
 */
export async function writeIdTokens(doors: Doors, importId: string) {
  const { rows } = await doors.imports.listImportRows({ importId, openOnly: true, page: { limit: AT_ONCE, cursor: '' } });
  const groups = rows.some(({ cells }) => cells['group'] !== undefined) ? await groupsOf(doors) : new Map<string, string>();
  const settled: Settled[] = [];
  for (let at = 0; at < rows.length; at += SIDE_BY_SIDE) {
    const some = rows.slice(at, at + SIDE_BY_SIDE);
    settled.push(...(await Promise.all(some.map((row) => writeRow(doors, row, groups)))));
  }
  return (await doors.imports.settleImportRows({ importId, rows: settled })).import;
}

/** Ids of the groups by what stations know them by. */
async function groupsOf({ accounts }: Doors): Promise<Map<string, string>> {
  const groups = new Map<string, string>();
  const listed = rowsOf(MOST_GROUPS, async (page) => {
    const answer = await accounts.listTokenGroups({ page: { ...page, limit: Math.min(page.limit, LARGEST_PAGE) } });
    return { rows: answer.groups, page: answer.page };
  });
  for await (const { groupId, groupToken } of listed) groups.set(groupToken.toLowerCase(), groupId);
  return groups;
}

async function writeRow({ accounts }: Doors, { number, cells }: ImportRow, groups: ReadonlyMap<string, string>): Promise<Settled> {
  const { idToken = '', expiresAt, group, concurrent } = cells;
  const groupId = group === undefined ? undefined : groups.get(group.toLowerCase());
  if (group !== undefined && groupId === undefined) return { number, effect: ImportEffect.ERROR, code: 'group-unknown' };
  try {
    const now = await existing({ accounts }, idToken);
    const wanted = {
      ...{ idToken, type: now?.type, driverId: now?.driverId, organisationId: now?.organisationId },
      expiresAt: timestampOf(expiresAt) ?? now?.expiresAt,
      groupId: groupId ?? now?.groupId ?? '',
      allowConcurrent: concurrent === undefined ? (now?.allowConcurrent ?? false) : concurrent === 'yes',
    };
    if (now && isSame(now, wanted)) return { number, effect: ImportEffect.KEEP };
    await accounts.putIdToken(wanted);
    return { number, effect: now ? ImportEffect.CHANGE : ImportEffect.CREATE };
  } catch (error) {
    if (AppError.is(error) && OF_THE_ROW.includes(error.kind)) return { number, effect: ImportEffect.ERROR, code: 'refused' };
    throw error;
  }
}

async function existing({ accounts }: Pick<Doors, 'accounts'>, idToken: string): Promise<IdTokenState | undefined> {
  try {
    const { idToken: found } = await accounts.getIdToken({ idToken });
    return found?.status === IdTokenStatus.REMOVED ? undefined : found;
  } catch (error) {
    if (AppError.is(error) && error.kind === 'not-found') return undefined;
    throw error;
  }
}

function isSame(
  now: IdTokenState,
  wanted: Pick<IdTokenState, 'groupId' | 'allowConcurrent'> & { expiresAt?: IdTokenState['expiresAt'] },
): boolean {
  const ms = (at: IdTokenState['expiresAt']) => at && timestampMs(at);
  return ms(now.expiresAt) === ms(wanted.expiresAt) && now.groupId === wanted.groupId && now.allowConcurrent === wanted.allowConcurrent;
}
