import { LONGEST_PASSWORD, SHORTEST_PASSWORD } from '../users/password.js';
import {
  ACCESS_TOKEN_S,
  ADMIN_CLIENT,
  API_AUDIENCE,
  CLIENT_PREFIX,
  CODE_S,
  CONSOLE_CLIENT,
  DEMO_CLIENT,
  LOCK,
  LOGIN_S,
  REALM_ROLES,
  SERVICES,
  SERVICES_AUDIENCE,
  SESSION,
  type RealmRole,
} from './realm-definition.js';

const HOUR_S = 3_600;
/** Keycloak puts the variables of its environment in the place of these when it imports the file. */
const PUBLIC_URL = '${AMPLINE_PUBLIC_URL}';
const secretOf = (service: string) => `\${AMPLINE_${service.toUpperCase().replaceAll('-', '_')}_CLIENT_SECRET}`;

type Representation = Record<string, unknown>;

/** The realm as a file that Keycloak imports (26 and later): the same clients, roles, claims and lifetimes as the embedded provider’s. */
export function keycloakRealm(): Representation {
  return {
    realm: 'ampline',
    enabled: true,
    displayName: 'Ampline',
    sslRequired: 'external',
    registrationAllowed: false,
    resetPasswordAllowed: false,
    rememberMe: false,
    // The same e-mail may be known at two tenants: people log in by `<tenant>/<e-mail>`.
    loginWithEmailAllowed: false,
    duplicateEmailsAllowed: true,
    // By the admin API; the user profile keeps it from users themselves.
    editUsernameAllowed: true,
    internationalizationEnabled: true,
    supportedLocales: ['en', 'de'],
    defaultLocale: 'en',
    defaultSignatureAlgorithm: 'RS256',
    accessTokenLifespan: ACCESS_TOKEN_S,
    accessCodeLifespan: CODE_S,
    accessCodeLifespanLogin: LOGIN_S,
    ssoSessionIdleTimeout: SESSION.idleHours * HOUR_S,
    ssoSessionMaxLifespan: SESSION.hours * HOUR_S,
    revokeRefreshToken: true,
    refreshTokenMaxReuse: 0,
    passwordPolicy: `length(${SHORTEST_PASSWORD}) and maxLength(${LONGEST_PASSWORD})`,
    bruteForceProtected: true,
    permanentLockout: false,
    failureFactor: LOCK.userFailures,
    waitIncrementSeconds: LOCK.waitS,
    maxFailureWaitSeconds: LOCK.longestWaitS,
    maxDeltaTimeSeconds: LOCK.forgottenAfterS,
    roles: { realm: REALM_ROLES.map((name) => ({ name, description: MEANING[name] })) },
    clients: [console(), cli(), ...SERVICES.map(service)],
    users: SERVICES.map(serviceAccount),
    components: {
      'org.keycloak.userprofile.UserProfileProvider': [
        { providerId: 'declarative-user-profile', config: { 'kc.user.profile.config': [JSON.stringify(userProfile())] } },
      ],
    },
  };
}

const MEANING: Readonly<Record<RealmRole, string>> = {
  driver: 'Charges; sees its own sessions.',
  'fleet-manager': 'Sees what belongs to its organisation.',
  operator: 'Runs stations and sessions of its tenant.',
  support: 'Helps drivers; reads.',
  'site-host': 'Sees the stations at its sites.',
  'partner-manager': 'Looks after roaming partners.',
  'tenant-admin': 'Manages people and settings of its tenant.',
  'platform-admin': 'Runs the installation.',
  'subsidy-applicant': 'Applies for subsidies.',
  'subsidy-officer': 'Decides on subsidies.',
  'subsidy-reviewer': 'Reviews subsidies.',
  analyst: 'Reads figures.',
  service: 'A service of the installation.',
};

const NO_FLOWS = {
  standardFlowEnabled: false,
  implicitFlowEnabled: false,
  directAccessGrantsEnabled: false,
  serviceAccountsEnabled: false,
};

function console(): Representation {
  return {
    ...NO_FLOWS,
    clientId: CONSOLE_CLIENT,
    name: 'Console',
    publicClient: true,
    standardFlowEnabled: true,
    redirectUris: [`${PUBLIC_URL}/console/callback`],
    webOrigins: ['+'],
    attributes: { 'pkce.code.challenge.method': 'S256', 'post.logout.redirect.uris': `${PUBLIC_URL}/console/` },
    protocolMappers: [audience(API_AUDIENCE), tenant()],
  };
}

/** Switched off: for development only. */
function cli(): Representation {
  return {
    ...NO_FLOWS,
    clientId: DEMO_CLIENT,
    name: 'Command line',
    enabled: false,
    publicClient: true,
    directAccessGrantsEnabled: true,
    protocolMappers: [audience(API_AUDIENCE), tenant()],
  };
}

function service(name: string): Representation {
  return {
    ...NO_FLOWS,
    clientId: `${CLIENT_PREFIX}${name}`,
    name: `Service ${name}`,
    secret: secretOf(name),
    clientAuthenticatorType: 'client-secret',
    publicClient: false,
    serviceAccountsEnabled: true,
    protocolMappers: [audience(SERVICES_AUDIENCE)],
  };
}

function serviceAccount(name: string): Representation {
  const clientId = `${CLIENT_PREFIX}${name}`;
  const manages =
    clientId === ADMIN_CLIENT ? { 'realm-management': ['manage-users', 'view-users', 'query-users', 'view-realm'] } : undefined;
  return {
    username: `service-account-${clientId}`,
    enabled: true,
    serviceAccountClientId: clientId,
    realmRoles: ['service'],
    ...(manages && { clientRoles: manages }),
  };
}

function audience(name: string): Representation {
  return {
    name: `audience ${name}`,
    protocol: 'openid-connect',
    protocolMapper: 'oidc-audience-mapper',
    config: { 'included.custom.audience': name, 'access.token.claim': 'true', 'introspection.token.claim': 'true' },
  };
}

function tenant(): Representation {
  return {
    name: 'tenant',
    protocol: 'openid-connect',
    protocolMapper: 'oidc-usermodel-attribute-mapper',
    config: {
      'user.attribute': 'tenant',
      'claim.name': 'tenant',
      'jsonType.label': 'String',
      'access.token.claim': 'true',
      'id.token.claim': 'true',
      'userinfo.token.claim': 'true',
      'introspection.token.claim': 'true',
    },
  };
}

/** What a user is made of. Without Keycloak’s own rule for user names, which forbids the slash; the tenant is nobody’s to edit but accounts’. */
function userProfile(): Representation {
  const length = (max: number, min?: number) => ({ length: { max, ...(min !== undefined && { min }) } });
  const seen = ['admin', 'user'];
  const name = { validations: { ...length(255), 'person-name-prohibited-characters': {} }, permissions: { view: seen, edit: seen } };
  const fixed = { permissions: { view: seen, edit: ['admin'] }, multivalued: false };
  return {
    attributes: [
      { name: 'username', displayName: '${username}', validations: length(255, 3), ...fixed },
      { name: 'email', displayName: '${email}', validations: { email: {}, ...length(255) }, ...fixed },
      { name: 'firstName', displayName: '${firstName}', ...name },
      { name: 'lastName', displayName: '${lastName}', ...name },
      { name: 'tenant', displayName: 'Tenant', validations: length(32, 2), ...fixed },
    ],
  };
}
