import type { Realm } from '@ampline/platform-grpc';
import { Router } from 'express';

/** Client of the console at the realm. */
const CLIENT_ID = 'ampline-console';

/** What the console must know before anybody has logged in. `issuer` is null where there is no realm. */
export function consoleConfig(o: { realm: Realm | undefined; defaultTenant: string }): Router {
  const router = Router();
  const config = { issuer: o.realm?.issuer ?? null, clientId: CLIENT_ID, defaultTenant: o.defaultTenant || null };
  router.get('/config.json', (_request, response) => void response.set('cache-control', 'no-cache').json(config));
  return router;
}
