/** What an operator can do about an issue; proto/ampline/csms/v1/intake.proto, ResolveIntakeIssueRequest. */
export type Resolution = 'accept' | 'dismiss' | 'attach-stop' | 'close-session' | 'create-session';

interface ReasonDeclaration {
  /** What was found, for the person who reads the work list. Without personal data. */
  explanation: string;
  /** What was done about it without asking anybody. */
  meanwhile: string;
  resolutions: readonly Resolution[];
  /** The session carries the reason in its `doubts` until the issue is resolved. */
  doubt?: true;
}

const DOUBTFUL_CLOCK = {
  meanwhile: 'The time at which we received the message counts; what the station sent is kept.',
  resolutions: ['accept'],
  doubt: true,
} as const;

const DOUBTFUL_FIGURES = { resolutions: ['accept', 'close-session'], doubt: true } as const;

/** Every reason for which a message is put into the work list. docs/operations/intake-issues.md is generated from this table. */
export const REASONS = {
  'clock-future': { explanation: 'The station told a time more than five minutes ahead of ours.', ...DOUBTFUL_CLOCK },
  'clock-past': {
    explanation: 'The station told a time before 2015 or more than 400 days ago: its clock was probably never set.',
    ...DOUBTFUL_CLOCK,
  },
  'clock-without-zone': { explanation: 'The station told a time without a time zone.', ...DOUBTFUL_CLOCK },
  'clock-unreadable': { explanation: 'The station told a time that is no date and time.', ...DOUBTFUL_CLOCK },
  'ended-before-started': {
    explanation: 'By the clock of the station the session ended before it began.',
    meanwhile: 'The session has no duration; its energy is as told.',
    ...DOUBTFUL_FIGURES,
  },
  'meter-went-back': {
    explanation: 'The register at the end is below the register at the begin: the meter was replaced, reset, or rolled over.',
    meanwhile: 'The session ended with 0 Wh.',
    ...DOUBTFUL_FIGURES,
  },
  'energy-implausible': {
    explanation: 'More energy than the connector can deliver in the time; often a begin register of 0.',
    meanwhile: 'The energy is recorded as told.',
    ...DOUBTFUL_FIGURES,
  },
  'stop-missing': {
    explanation: 'The session is over (the connector is free or began another), but its end was never told.',
    meanwhile: 'The session ended at its last register reading, marked as estimated. A true end that arrives later corrects it.',
    ...DOUBTFUL_FIGURES,
  },
  'signed-values-wrong': {
    explanation: 'The meter values that the meter signed contradict the session, or were changed after they were signed.',
    meanwhile: 'The session is recorded as told; the signed values are kept byte for byte. The detail names what is wrong.',
    ...DOUBTFUL_FIGURES,
  },
  'signed-values-unverified': {
    explanation: 'The meter values that the meter signs are incomplete or cannot be checked.',
    meanwhile: 'The session is recorded as told. A later signed value, or a key that is registered, has it judged again.',
    ...DOUBTFUL_FIGURES,
  },
  'start-repeated-after-stop': {
    explanation: 'A begin that repeats one which has ended, from a station whose clock stands still: a new session, or a late repetition.',
    meanwhile: 'It is recorded as a session of its own.',
    resolutions: ['accept', 'close-session'],
    doubt: true,
  },
  'connector-unknown': {
    explanation: 'A session at a connector that the station cannot have (0, or above 64).',
    meanwhile: 'The session is recorded without an EVSE.',
    resolutions: ['accept'],
    doubt: true,
  },
  'stop-repeated-different': {
    explanation: 'A second end of a session, with another time or register than the first.',
    meanwhile: 'The first end counts.',
    resolutions: ['dismiss', 'attach-stop'],
  },
  'stop-unknown-transaction': {
    explanation: 'The end of a transaction that we do not know.',
    meanwhile: 'The station has its answer; no session was touched.',
    resolutions: ['dismiss', 'attach-stop', 'create-session'],
  },
  'stop-foreign-transaction': {
    explanation: 'The end of a transaction that belongs to another station.',
    meanwhile: 'The station has its answer; no session was touched.',
    resolutions: ['dismiss', 'attach-stop', 'create-session'],
  },
  'meter-values-unknown-transaction': {
    explanation: 'Meter values of a transaction that we do not know.',
    meanwhile: 'They are stored without a session. Further ones of the same transaction raise no further issue.',
    resolutions: ['dismiss'],
  },
  'meter-values-foreign-transaction': {
    explanation: 'Meter values of a transaction that belongs to another station.',
    meanwhile: 'They are stored without a session. Further ones of the same transaction raise no further issue.',
    resolutions: ['dismiss'],
  },
  'invalid-message': {
    explanation: 'A message about a session that its schema forbids, beyond what can be repaired without guessing.',
    meanwhile: 'The station was answered with an error; the message is kept.',
    resolutions: ['dismiss', 'attach-stop', 'create-session'],
  },
  'intake-failed': {
    explanation: 'A message that could not be taken in for a fault of ours.',
    meanwhile: 'The message is kept; a station that tells an end or meter values has its answer.',
    resolutions: ['dismiss', 'attach-stop', 'create-session'],
  },
} as const satisfies Record<string, ReasonDeclaration>;

export type Reason = keyof typeof REASONS;

/** The reasons that a session carries as a doubt. */
export type Doubt = { [R in Reason]: (typeof REASONS)[R] extends { doubt: true } ? R : never }[Reason];

export function isReason(text: string): text is Reason {
  return Object.hasOwn(REASONS, text);
}

export function mayResolve(reason: Reason, resolution: Resolution): boolean {
  return (REASONS[reason].resolutions as readonly Resolution[]).includes(resolution);
}

/** The table as Markdown: docs/operations/intake-issues.md. */
export function describeReasons(): string {
  const rows = Object.entries(REASONS).map(
    ([reason, { explanation, meanwhile, resolutions }]) => `| \`${reason}\` | ${explanation} | ${meanwhile} | ${resolutions.join(', ')} |`,
  );
  return ['| reason | found | done meanwhile | resolutions |', '|---|---|---|---|', ...rows, ''].join('\n');
}
