import type { Clock } from '@ampline/kernel-time';
import type { Database } from '@ampline/platform-postgres';
import { wantedList, type ListEntry } from './domain/entry.js';
import { applied, planUpdate, type ListMessage } from './domain/update-plan.js';
import type { ListTalk, Said } from './list-talk.js';
import type { ListRow, ListStatus } from './local-list-row.js';
import { policyOf, selectedTokens } from './policy.js';

/** How an attempt ended. */
export interface Verdict {
  status: ListStatus;
  /** The station's own word, or how the command ended. */
  result: string;
  /** When it is looked at again; undefined: when something changes. */
  againInMs?: number;
}

/** What came of the messages of one plan. */
type Sent = Verdict | { startOver: string };

const MOST_PLANS = 3;
const SILENT_AGAIN_MS = 600_000;
const AWAY_AGAIN_MS = 5_000;
const FIRST_RETRY_MS = 600_000;
const LONGEST_RETRY_MS = 86_400_000;
/** Column `version`. A version that the station made up beyond this is not followed: a Full update replaces it. */
const LARGEST_VERSION = 2 ** 31 - 2;

/** Given out before it is sent, and never again. Nothing when another replica has taken the list over. */
const NEXT_VERSION = `
  UPDATE local_list SET version = greatest(version, CASE WHEN station_version > ${LARGEST_VERSION} THEN 0 ELSE station_version END) + 1,
    check_wanted = true
   WHERE station_id = $1 AND claimed_until = $2 RETURNING version`;
const ACCEPTED = `
  UPDATE local_list SET held_version = $2, station_version = $2, entries = $3, check_wanted = false, full_wanted = full_wanted AND NOT $4
   WHERE station_id = $1`;
const CONFIGURED = 'UPDATE local_list SET configured_at = $2, send_most = $3, list_most = $4 WHERE station_id = $1';
const CHECKED = 'UPDATE local_list SET held_version = $2, entries = $3, check_wanted = false WHERE station_id = $1';
const LEFT_OUT = 'UPDATE local_list SET left_out = $2 WHERE station_id = $1';

/**
 * Brings the list of one station to what it should hold. Everything that the next attempt needs is stored as soon as it is known: one
 * that is cut off anywhere leaves a list whose version is asked for before anything is sent again.
 */
export class ListSync {
  constructor(
    private readonly database: Database,
    private readonly talk: ListTalk,
    private readonly clock: Clock,
  ) {}

  /** @param row as it was claimed */
  async bring(row: ListRow): Promise<Verdict> {
    const now = this.clock.now();
    const tokens = await this.database.asWorker(async (tx) => {
      const policy = await policyOf(tx, row.station_id);
      return policy === undefined || policy.selection === 'unmanaged' ? undefined : selectedTokens(tx, policy, now);
    });
    if (tokens === undefined) return { status: 'unmanaged', result: row.result };
    const cannot = await this.configure(row);
    if (cannot) return cannot;
    const { entries, leftOut } = wantedList(tokens, row.list_most ?? undefined);
    await this.database.query(LEFT_OUT, [row.station_id, leftOut]);
    const held = await this.held(row);
    return Array.isArray(held) || held === undefined ? this.update(row, held, entries) : held;
  }

  /** Reads what the station's configuration says about its list, once after each boot; a verdict when that ends the attempt. */
  private async configure(row: ListRow): Promise<Verdict | undefined> {
    if (row.configured_at !== null) return undefined;
    const said = await this.talk.configuration(row);
    if ('silence' in said) return this.silent(said.silence);
    // A station that does not tell its configuration may have a list all the same.
    const { enabled, sendMost, listMost } = 'said' in said ? said.said : { enabled: undefined, sendMost: undefined, listMost: undefined };
    if (enabled === false) return { status: 'disabled', result: 'LocalAuthListEnabled' };
    [row.send_most, row.list_most] = [sendMost ?? null, listMost ?? null];
    await this.database.query(CONFIGURED, [row.station_id, this.clock.now(), row.send_most, row.list_most]);
    return undefined;
  }

  /** What the station holds, undefined when that is not known; a verdict when it has no list or does not answer. */
  private async held(row: ListRow): Promise<ListEntry[] | undefined | Verdict> {
    const known = row.held_version === null ? undefined : row.entries;
    if (!row.check_wanted && row.configured_at !== null) return row.full_wanted ? undefined : known;
    const said = await this.talk.version(row);
    if (!('said' in said)) return this.unsaid(row, said);
    if (said.said < 0) return { status: 'not-supported', result: String(said.said) };
    const held = said.said === 0 ? [] : said.said === row.held_version ? known : undefined;
    if (held === undefined || row.full_wanted) return undefined;
    await this.database.query(CHECKED, [row.station_id, said.said, JSON.stringify(held)]);
    return held;
  }

  private async update(row: ListRow, held: ListEntry[] | undefined, wanted: ListEntry[]): Promise<Verdict> {
    let from = held;
    let result = row.result;
    for (let plans = 0; plans < MOST_PLANS; plans++) {
      const messages = planUpdate(from, wanted, row.send_most ?? undefined);
      const sent = await this.sendAll(row, messages, from ?? []);
      if (!('startOver' in sent)) return sent;
      from = undefined;
      result = sent.startOver;
    }
    return this.failed(row, result);
  }

  private async sendAll(row: ListRow, messages: readonly ListMessage[], from: ListEntry[]): Promise<Sent> {
    let held = from;
    for (const message of messages) {
      const listVersion = await this.nextVersion(row);
      if (listVersion === undefined) return { status: 'pending', result: row.result };
      const said = await this.talk.send(row, message, listVersion);
      if (!('said' in said)) return this.unsaid(row, said);
      const refusal = await this.refusal(row, said.said, message.updateType);
      if (refusal) return refusal;
      held = applied(held, message);
      await this.database.query(ACCEPTED, [row.station_id, listVersion, JSON.stringify(held), message.updateType === 'Full']);
    }
    return { status: 'in-sync', result: messages.length > 0 ? 'Accepted' : row.result };
  }

  private async refusal(row: ListRow, status: string, updateType: ListMessage['updateType']): Promise<Sent | undefined> {
    if (status === 'Accepted') return undefined;
    if (status === 'NotSupported') return { status: 'not-supported', result: status };
    if (status === 'Failed') return updateType === 'Full' ? this.failed(row, status) : { startOver: status };
    // VersionMismatch: what it answers raises our next version, and everything is sent.
    const said = await this.talk.version(row);
    if (!('said' in said)) return this.unsaid(row, said);
    return said.said < 0 ? { status: 'not-supported', result: String(said.said) } : { startOver: status };
  }

  private async nextVersion(row: ListRow): Promise<number | undefined> {
    const [next] = await this.database.query<{ version: number }>(NEXT_VERSION, [row.station_id, row.claimed_until]);
    return next?.version;
  }

  private unsaid(row: ListRow, said: Exclude<Said<unknown>, { said: unknown }>): Verdict {
    if ('silence' in said) return this.silent(said.silence);
    const unknown = said.refused === 'NotImplemented' || said.refused === 'NotSupported';
    return unknown ? { status: 'not-supported', result: said.refused } : this.failed(row, said.refused);
  }

  private silent(result: string): Verdict {
    return { status: 'pending', result, againInMs: result === 'timeout' ? SILENT_AGAIN_MS : AWAY_AGAIN_MS };
  }

  private failed(row: ListRow, result: string): Verdict {
    return { status: 'failed', result, againInMs: Math.min(FIRST_RETRY_MS * 2 ** row.failures, LONGEST_RETRY_MS) };
  }
}
