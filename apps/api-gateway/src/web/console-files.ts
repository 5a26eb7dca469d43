import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Router, static as files, type Response } from 'express';

const IMMUTABLE = 'public, max-age=31536000, immutable';
/** Kept by browsers and asked about each time; the ETag saves the body. */
const REVALIDATED = 'no-cache';

const NOT_BUILT = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Ampline – console not built</title>
<h1>The console is not built</h1>
<p>The API runs, but there is no web application to show. Run <code>npm run build</code> in the repository, or set
<code>API_GATEWAY_WEB_ROOT</code> to the folder of a built console, and reload this page.</p>
</html>
`;

/**
 * The built console. Every path that is no file is a page of its own, which `index.html` shows. A folder that is built later is served from then
 * on.
 */
export function consoleFiles(root: string, csp: string): Router {
  const index = join(root, 'index.html');
  const router = Router({ strict: true });
  router.use((_request, response, next) => {
    response.setHeader('content-security-policy', csp);
    next();
  });
  router.use(files(root, { index: false, redirect: false, dotfiles: 'ignore', setHeaders: cached }));
  router.get('/{*page}', (request, response) => {
    if (request.path.startsWith('/assets/')) return void response.status(404).type('text/plain').send('Not found\n');
    if (!existsSync(index)) return void response.status(404).type('html').send(NOT_BUILT);
    response.sendFile('index.html', { root, cacheControl: false, headers: { 'cache-control': REVALIDATED } });
  });
  return router;
}

/** Names under assets/ have a hash in them, so what they name never changes. */
function cached(response: Response, path: string): void {
  response.setHeader('cache-control', /[\\/]assets[\\/]/.test(path) ? IMMUTABLE : REVALIDATED);
}
