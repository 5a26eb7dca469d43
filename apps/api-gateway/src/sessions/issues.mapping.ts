import {
  IntakeIssueStatus as StatusValue,
  type IntakeIssue,
  type IntakeIssueState,
  type ResolveIntakeIssueRequestSchema,
} from '@ampline/contracts';
import type { MessageInitShape } from '@bufbuild/protobuf';
import type { IntakeIssueStatus, Resolution, ResolutionInput } from '../generated/graphql.js';
import { enumPair } from '../mapping/enum-pair.js';
import { present } from '../mapping/values.js';
import { resolverErrors } from '../resolver.errors.js';

export const issueStatuses = enumPair<StatusValue, IntakeIssueStatus>()({
  [StatusValue.UNSPECIFIED]: undefined,
  [StatusValue.OPEN]: 'OPEN',
  [StatusValue.RESOLVED]: 'RESOLVED',
});

const RESOLUTION_TEXT: Record<Resolution, string> = {
  ACCEPT: 'accept',
  DISMISS: 'dismiss',
  ATTACH_STOP: 'attach-stop',
  CLOSE_SESSION: 'close-session',
  CREATE_SESSION: 'create-session',
};
const RESOLUTION_OF = new Map(Object.entries(RESOLUTION_TEXT).map(([resolution, text]) => [text, resolution as Resolution]));

/** Throws `api.value-unknown` for what only a newer service knows. */
export function resolutionOf(text: string): Resolution {
  const resolution = RESOLUTION_OF.get(text);
  if (!resolution) throw resolverErrors.valueUnknown({ value: text });
  return resolution;
}

export function issueState(issue: IntakeIssue): IntakeIssueState {
  return present(issue.state);
}

type RequestedResolution = NonNullable<MessageInitShape<typeof ResolveIntakeIssueRequestSchema>['resolution']>;

/** What is asked of the service. Throws `api.bad-resolution` when a field is missing. */
export function requestedResolution(input: ResolutionInput): RequestedResolution {
  const needed = <K extends keyof ResolutionInput>(field: K): NonNullable<ResolutionInput[K]> => {
    const value = input[field];
    if (value === null || value === undefined) throw resolverErrors.badResolution({ field });
    return value;
  };
  switch (input.kind) {
    case 'ACCEPT':
      return { case: 'accept', value: {} };
    case 'DISMISS':
      return { case: 'dismiss', value: {} };
    case 'ATTACH_STOP':
      return { case: 'attachStop', value: { sessionId: needed('sessionId') } };
    case 'CLOSE_SESSION':
      return { case: 'closeSession', value: { meterStopWh: BigInt(needed('meterStopWh')) } };
    case 'CREATE_SESSION':
      return {
        case: 'createSession',
        value: { meterStartWh: BigInt(needed('meterStartWh')), evseNumber: needed('evseNumber') },
      };
  }
}
