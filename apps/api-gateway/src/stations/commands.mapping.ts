import { CommandOutcome as OutcomeValue, CommandSchema, type Command, type CommandState } from '@ampline/contracts';
import { create } from '@bufbuild/protobuf';
import type { CommandOutcome } from '../generated/graphql.js';
import { enumPair } from '../mapping/enum-pair.js';
import { jsonOrNull } from '../mapping/values.js';

export const outcomes = enumPair<OutcomeValue, CommandOutcome>()({
  [OutcomeValue.UNSPECIFIED]: undefined,
  [OutcomeValue.PENDING]: 'PENDING',
  [OutcomeValue.ANSWERED]: 'ANSWERED',
  [OutcomeValue.REFUSED_BY_STATION]: 'REFUSED_BY_STATION',
  [OutcomeValue.STATION_OFFLINE]: 'STATION_OFFLINE',
  [OutcomeValue.TIMEOUT]: 'TIMEOUT',
  [OutcomeValue.NOT_SENT]: 'NOT_SENT',
  [OutcomeValue.QUEUED]: 'QUEUED',
  [OutcomeValue.EXPIRED]: 'EXPIRED',
  [OutcomeValue.CANCELLED]: 'CANCELLED',
});

/** What an answer says for itself, such as `Accepted`; null when it has no status. */
export function responseStatus(responseJson: string): string | null {
  const status = (jsonOrNull(responseJson) as { status?: unknown } | null)?.status;
  return typeof status === 'string' ? status : null;
}

/** A command as its fact tells it. */
export function commandOf(state: CommandState): Command {
  const { $typeName: _, $unknown: __, version: ___, tenantId: ____, ...same } = state;
  return create(CommandSchema, same);
}
