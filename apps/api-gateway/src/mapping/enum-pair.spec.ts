import {
  AuditActorKind,
  CommandOutcome,
  IdTokenStatus,
  IdTokenType,
  IntakeIssueStatus,
  LocalListSelection,
  LocalListStatus,
  MessageDirection,
  OrganisationKind,
  RegistrationStatus,
  ReservationStatus,
  SessionOrigin,
  SessionStatus,
  TimeBucket,
  UserStatus,
} from '@ampline/contracts';
import { describe, expect, it } from '@jest/globals';
import { buildASTSchema, parse, type GraphQLEnumType } from 'graphql';
import { typeDefs } from '../graphql/schema.js';
import { actorKinds } from '../people/audit.resolvers.js';
import { tokenStatuses, tokenTypes } from '../people/id-tokens.resolvers.js';
import { organisationKinds } from '../people/organisations.resolvers.js';
import { userStatuses } from '../people/users.resolvers.js';
import { listSelections, listStatuses, reservationStatuses } from '../reservations/reservations.mapping.js';
import { issueStatuses } from '../sessions/issues.mapping.js';
import { buckets, origins, sessionStatuses } from '../sessions/sessions.mapping.js';
import { outcomes } from '../stations/commands.mapping.js';
import { directions, registrations } from '../stations/stations.mapping.js';
import { enumPair, type EnumPair } from './enum-pair.js';

const schema = buildASTSchema(parse(typeDefs().join('\n')), { assumeValidSDL: true });

/** Each pair with the enum of the wire, and the name that the enum has in the schema. */
const PAIRS: [schema: string, wire: Record<string, string | number>, pair: unknown][] = [
  ['Registration', RegistrationStatus, registrations],
  ['MessageDirection', MessageDirection, directions],
  ['CommandOutcome', CommandOutcome, outcomes],
  ['SessionStatus', SessionStatus, sessionStatuses],
  ['SessionOrigin', SessionOrigin, origins],
  ['TimeBucket', TimeBucket, buckets],
  ['IntakeIssueStatus', IntakeIssueStatus, issueStatuses],
  ['IdTokenStatus', IdTokenStatus, tokenStatuses],
  ['IdTokenType', IdTokenType, tokenTypes],
  ['OrganisationKind', OrganisationKind, organisationKinds],
  ['UserStatus', UserStatus, userStatuses],
  ['ReservationStatus', ReservationStatus, reservationStatuses],
  ['LocalListStatus', LocalListStatus, listStatuses],
  ['LocalListSelection', LocalListSelection, listSelections],
  ['AuditActorKind', AuditActorKind, actorKinds],
];

describe.each(PAIRS)('%s', (name, wire, paired) => {
  const pair = paired as EnumPair<number, string>;
  const values = Object.values(wire).filter((value): value is number => typeof value === 'number' && value !== 0);

  it('has a word for every value of the wire, and finds the value by the word', () => {
    expect(values.map((value) => pair.value(pair.word(value)))).toEqual(values);
  });

  it('has the words of the schema', () => {
    const words = (schema.getType(name) as GraphQLEnumType).getValues().map((value) => value.name);
    expect(values.map((value) => pair.word(value)).sort()).toEqual(words.sort());
  });

  it('says so when a newer service says what it does not know', () => {
    expect(() => pair.word(0)).toThrow(expect.objectContaining({ code: 'api.value-unknown' }));
    expect(() => pair.word(999)).toThrow(expect.objectContaining({ code: 'api.value-unknown' }));
  });

  it('asks for nothing particular without a word', () => {
    expect([pair.value(null), pair.value(undefined)]).toEqual([0, 0]);
  });
});

describe('a table that is not total', () => {
  it('does not compile', () => {
    // @ts-expect-error a value of the wire has no word
    enumPair<TimeBucket, 'HOUR' | 'DAY'>()({ [TimeBucket.UNSPECIFIED]: undefined, [TimeBucket.HOUR]: 'HOUR' });
    // @ts-expect-error a word of the schema has no value
    enumPair<TimeBucket, 'HOUR' | 'DAY'>()({ [TimeBucket.UNSPECIFIED]: undefined, [TimeBucket.HOUR]: 'HOUR', [TimeBucket.DAY]: 'HOUR' });
    const total = enumPair<TimeBucket, 'HOUR' | 'DAY'>()({
      [TimeBucket.UNSPECIFIED]: undefined,
      [TimeBucket.HOUR]: 'HOUR',
      [TimeBucket.DAY]: 'DAY',
    });
    expect(total.word(TimeBucket.DAY)).toBe('DAY');
  });
});
