import { adminSuite } from './admin-suite.js';
import { peopleSuite } from './people-suite.js';
import type { RealmClient } from './realm-client.js';
import { servicesSuite } from './services-suite.js';

/** What the platform needs of its realm: asked of the embedded provider, and of a real Keycloak with our realm file. */
export function realmSuite(open: () => RealmClient): void {
  peopleSuite(open);
  servicesSuite(open);
  adminSuite(open);
}
