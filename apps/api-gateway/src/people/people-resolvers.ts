import type { Resolvers } from '../generated/graphql.js';
import { accessMutations, accessQueries } from './access.resolvers.js';
import { auditFields, auditQueries } from './audit.resolvers.js';
import { brandMutations, brandQueries } from './brands.resolvers.js';
import { consentMutations, consentQueries } from './consents.resolvers.js';
import { driverFields, driverMutations, driverQueries } from './drivers.resolvers.js';
import { idTokenFields, idTokenMutations, idTokenQueries } from './id-tokens.resolvers.js';
import { invitationMutations, invitationQueries } from './invitations.resolvers.js';
import { organisationFields, organisationMutations, organisationQueries } from './organisations.resolvers.js';
import { tokenGroupMutations, tokenGroupQueries } from './token-groups.resolvers.js';
import { userFields, userMutations, userQueries } from './users.resolvers.js';

/** All of people.graphql. `publicUrl`: where people reach the console, without a slash at the end. */
export function peopleResolvers(o: { publicUrl: string }): Resolvers {
  return {
    Query: {
      ...idTokenQueries,
      ...tokenGroupQueries,
      ...driverQueries,
      ...organisationQueries,
      ...userQueries,
      ...invitationQueries,
      ...accessQueries,
      ...brandQueries,
      ...consentQueries,
      ...auditQueries,
    },
    Mutation: {
      ...idTokenMutations,
      ...tokenGroupMutations,
      ...driverMutations,
      ...organisationMutations,
      ...userMutations,
      ...invitationMutations(o),
      ...accessMutations,
      ...brandMutations,
      ...consentMutations,
    },
    IdToken: idTokenFields,
    Driver: driverFields,
    Organisation: organisationFields,
    User: userFields,
    AuditEntry: auditFields,
  };
}
