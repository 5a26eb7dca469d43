import type { ReceivedResponse } from '@ampline/protocol-ocpp';
import type { CheckedCommand } from '../commands/command-rules.js';
import type { CommandRow } from '../commands/command-row.js';
import type { Commands } from '../commands/commands.js';
import type { ListMessage } from './domain/update-plan.js';
import type { ListRow } from './local-list-row.js';

/** How a station is configured; undefined: it does not say. */
export interface ListConfiguration {
  enabled: boolean | undefined;
  sendMost: number | undefined;
  listMost: number | undefined;
}

/** What became of a question to a station. */
export type Said<T> =
  | { said: T }
  /** It answered with a CALLERROR of this code. */
  | { refused: string }
  /** It is away, or did not answer: `offline`, `not-sent`, `timeout`. */
  | { silence: string };

const KEYS = ['LocalAuthListEnabled', 'SendLocalListMaxLength', 'LocalAuthListMaxLength'] as const;

/** What is said to stations about their lists. */
export class ListTalk {
  constructor(
    private readonly commands: Commands,
    private readonly requestedBy: string,
    private readonly timeoutMs: number,
  ) {}

  async configuration(row: ListRow): Promise<Said<ListConfiguration>> {
    const said = await this.ask<ReceivedResponse<'GetConfiguration'>>(row, { action: 'GetConfiguration', payload: { key: [...KEYS] } });
    if (!('said' in said)) return said;
    const values = new Map(said.said.configurationKey?.map(({ key, value }) => [key.toLowerCase(), value]));
    const value = (key: (typeof KEYS)[number]) => values.get(key.toLowerCase());
    const enabled = value('LocalAuthListEnabled')?.toLowerCase();
    return {
      said: {
        enabled: enabled === undefined ? undefined : enabled === 'true',
        sendMost: lengthOf(value('SendLocalListMaxLength')),
        listMost: lengthOf(value('LocalAuthListMaxLength')),
      },
    };
  }

  /** OCPP 1.6 §5.10: -1 where there is no list, 0 where it is empty. */
  async version(row: ListRow): Promise<Said<number>> {
    const said = await this.ask<ReceivedResponse<'GetLocalListVersion'>>(row, { action: 'GetLocalListVersion', payload: {} });
    return 'said' in said ? { said: said.said.listVersion } : said;
  }

  /** OCPP 1.6 §5.15. */
  async send(row: ListRow, { updateType, changes }: ListMessage, listVersion: number): Promise<Said<string>> {
    const payload = { listVersion, updateType, localAuthorizationList: changes };
    const said = await this.ask<ReceivedResponse<'SendLocalList'>>(row, { action: 'SendLocalList', payload });
    return 'said' in said ? { said: said.said.status } : said;
  }

  private async ask<T>(row: ListRow, command: CheckedCommand): Promise<Said<T>> {
    const { tenant_id: tenantId, station_id: stationId } = row;
    const { requestedBy, timeoutMs } = this;
    return saidIn(await this.commands.execute({ tenantId, stationId, command, requestedBy, timeoutMs, idempotencyKey: '' }));
  }
}

function saidIn<T>({ outcome, response, error_code: errorCode }: CommandRow): Said<T> {
  if (outcome === 'answered') return { said: response as T };
  return outcome === 'refused-by-station' ? { refused: errorCode ?? 'CALLERROR' } : { silence: outcome };
}

function lengthOf(value: string | undefined): number | undefined {
  const length = Number(value);
  return value !== undefined && Number.isSafeInteger(length) && length > 0 ? length : undefined;
}
