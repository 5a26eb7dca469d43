import { Router } from 'express';
import type { PlatformStatus } from '../status/platform-status.js';

/** What monitors outside are told: 503 while a part is down or nothing live arrives. */
export function healthRoute(status: PlatformStatus): Router {
  const router = Router();
  router.get('/health', (_request, response) => {
    const { live, services } = status.status();
    const well = live && services.every(({ state }) => state !== 'DOWN');
    const parts = services.map(({ name, state, replicas }) => ({ name, state: state.toLowerCase(), replicas }));
    response
      .status(well ? 200 : 503)
      .set('cache-control', 'no-store')
      .json({ status: well ? 'ok' : 'failing', live, parts });
  });
  return router;
}
