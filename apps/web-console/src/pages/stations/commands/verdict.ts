import type { ConsoleKey } from '../../../messages.js';
import type { StationCommandFragment } from '../../../generated/graphql.js';

/** What became of a command, as somebody has to take it. */
export interface Verdict {
  severity: 'success' | 'warning' | 'error' | 'info';
  key: ConsoleKey;
}

/** Statuses by which a station says that it does, or will do, what it was asked. */
const DONE = new Set(['Accepted', 'Unlocked']);
const LATER: Readonly<Record<string, ConsoleKey>> = {
  Scheduled: 'command.verdict.scheduled',
  RebootRequired: 'command.verdict.rebootRequired',
};

/** Whether a command was carried out, as far as the station has said: that it was answered is not yet that. */
export function verdictOf({ outcome, responseStatus }: Pick<StationCommandFragment, 'outcome' | 'responseStatus'>): Verdict {
  switch (outcome) {
    case 'PENDING':
      return { severity: 'info', key: 'command.verdict.pending' };
    case 'REFUSED_BY_STATION':
      return { severity: 'error', key: 'command.verdict.error' };
    case 'STATION_OFFLINE':
      return { severity: 'error', key: 'command.verdict.offline' };
    case 'TIMEOUT':
      return { severity: 'warning', key: 'command.verdict.timeout' };
    case 'NOT_SENT':
      return { severity: 'error', key: 'command.verdict.notSent' };
    case 'QUEUED':
      return { severity: 'info', key: 'command.verdict.queued' };
    case 'EXPIRED':
      return { severity: 'warning', key: 'command.verdict.expired' };
    case 'CANCELLED':
      return { severity: 'warning', key: 'command.verdict.cancelled' };
    case 'ANSWERED':
      if (responseStatus === null) return { severity: 'success', key: 'command.verdict.answered' };
      if (DONE.has(responseStatus)) return { severity: 'success', key: 'command.verdict.accepted' };
      return LATER[responseStatus]
        ? { severity: 'info', key: LATER[responseStatus] }
        : { severity: 'error', key: 'command.verdict.rejected' };
  }
}
