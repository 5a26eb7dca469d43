import { describe } from '@jest/globals';
import { RealmClient } from './realm-client.js';
import { realmSuite } from './realm-suite.js';

/** Run by tools/keycloak.mjs, which starts a Keycloak with our realm file and says where it is. */
const { KEYCLOAK_URL: url = '', AMPLINE_PUBLIC_URL: publicUrl = '', ...variables } = process.env;

describe('a Keycloak with our realm file', () => {
  realmSuite(
    () =>
      new RealmClient({
        issuer: `${url}/realms/ampline`,
        admin: `${url}/admin/realms/ampline`,
        publicUrl,
        clientSecretOf: (service) => variables[`AMPLINE_${service.toUpperCase().replaceAll('-', '_')}_CLIENT_SECRET`] ?? '',
      }),
  );
});
