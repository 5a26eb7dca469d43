import { CallerKind, CallerProfileSchema, type CallerProfile } from '@ampline/contracts';
import { API_SCOPES, ROLES } from '@ampline/platform-grpc';
import { create, type MessageInitShape } from '@bufbuild/protobuf';
import { makeExecutableSchema } from '@graphql-tools/schema';
import { describe, expect, it } from '@jest/globals';
import { isObjectType, type GraphQLSchema } from 'graphql';
import { AccessRules } from './access.js';
import { typeDefs } from './schema.js';

const viewer = (o: MessageInitShape<typeof CallerProfileSchema>): CallerProfile => create(CallerProfileSchema, o);
const person = (...roles: string[]) => viewer({ kind: CallerKind.PERSON, roles });
const key = (...scopes: string[]) => viewer({ kind: CallerKind.API_KEY, scopes });

/** The directives of the product with types of a test. */
function schemaOf(types: string): GraphQLSchema {
  return makeExecutableSchema({
    typeDefs: `
      directive @access(roles: [Role!], scope: String, persons: Boolean, everybody: Boolean) on FIELD_DEFINITION | OBJECT
      directive @public on FIELD_DEFINITION | OBJECT
      enum Role { OPERATOR FLEET_MANAGER }
      ${types}`,
  });
}

describe('the schema of the product', () => {
  const schema = makeExecutableSchema({ typeDefs: typeDefs() });
  const rules = AccessRules.of(schema);
  const fields = Object.values(schema.getTypeMap())
    .filter(isObjectType)
    .filter(({ name }) => !name.startsWith('__'))
    .flatMap((type) => Object.keys(type.getFields()).map((field) => `${type.name}.${field}`));

  it('has a rule for each field', () => {
    expect(fields.length).toBeGreaterThan(300);
    // Somebody may select it: `of` has refused a schema with a field that nobody may.
    const all = [person(...ROLES), key(...API_SCOPES), viewer({ kind: CallerKind.GUEST, roles: ['guest'] })];
    expect(fields.filter((field) => !all.some((who) => rules.allows(who, field)))).toEqual([]);
  });

  it('shows to nobody who has not logged in more than brands and invitations', () => {
    const open = fields.filter((field) => rules.allows(undefined, field)).map((field) => field.split('.')[0]);
    expect(new Set(open)).toEqual(new Set(['Query', 'Mutation', 'Brand', 'InvitationDetails', 'AcceptedInvitation']));
    const roots = fields.filter((field) => /^(Query|Mutation|Subscription)\./.test(field) && rules.allows(undefined, field));
    expect(roots).toEqual(['Query.brand', 'Query.invitation', 'Mutation.acceptInvitation']);
  });

  it('lets guests, drivers and analysts change nothing but what is their own', () => {
    const changes = (who: CallerProfile) => fields.filter((field) => field.startsWith('Mutation.') && rules.allows(who, field));
    expect(changes(viewer({ kind: CallerKind.GUEST, roles: ['guest'] }))).toEqual(['Mutation.acceptInvitation']);
    expect(changes(person('analyst'))).toEqual(['Mutation.acceptInvitation', 'Mutation.giveConsent', 'Mutation.withdrawConsent']);
    expect(changes(person('driver'))).toEqual([
      'Mutation.blockIdToken',
      'Mutation.acceptInvitation',
      'Mutation.giveConsent',
      'Mutation.withdrawConsent',
    ]);
  });

  it('has a scope of API_SCOPES wherever it names one, and lets no key make keys', () => {
    const closed = fields.filter((field) => !rules.allows(key(...API_SCOPES), field) && field.startsWith('Mutation.'));
    expect(closed).toEqual(expect.arrayContaining(['Mutation.createApiKey', 'Mutation.revokeApiKey']));
  });
});

describe('a rule', () => {
  const rules = AccessRules.of(
    schemaOf(`
      type Query @access(roles: [OPERATOR], scope: "stations:read") {
        ofType: Int
        ofField: Int @access(roles: [FLEET_MANAGER])
        persons: Int @access(persons: true)
        everybody: Int @access(everybody: true)
        open: Int @public
      }
      extend type Query { extended: Int }`),
  );
  const allowed = (who: CallerProfile | undefined) =>
    ['ofType', 'ofField', 'persons', 'everybody', 'open', 'extended'].filter((field) => rules.allows(who, `Query.${field}`));

  it.each<[string, CallerProfile | undefined, string[]]>([
    ['nobody', undefined, ['open']],
    ['an operator', person('operator'), ['ofType', 'persons', 'everybody', 'open', 'extended']],
    ['a fleet manager', person('fleet-manager'), ['ofField', 'persons', 'everybody', 'open']],
    ['a key with the scope', key('stations:read'), ['ofType', 'everybody', 'open', 'extended']],
    ['a key with a role and no scope', viewer({ kind: CallerKind.API_KEY, roles: ['operator'] }), ['everybody', 'open']],
    ['a person with a scope and no role', viewer({ kind: CallerKind.PERSON, scopes: ['stations:read'] }), ['persons', 'everybody', 'open']],
  ])('of the field goes before that of its type: %s', (_name, who, fields) => {
    expect(allowed(who)).toEqual(fields);
  });

  it.each([
    ['none', 'type Query { a: Int @public b: Int }', ['Query.b']],
    ['one that names nobody', 'type Query { a: Int @access }', ['Query.a']],
    ['one on another type', 'type Query { a: A @public } type A { b: Int }', ['A.b']],
  ])('is missing: %s', (_name, types, fields) => {
    expect(() => AccessRules.of(schemaOf(types))).toThrow(expect.objectContaining({ code: 'api.rule-missing', details: { fields } }));
  });
});
