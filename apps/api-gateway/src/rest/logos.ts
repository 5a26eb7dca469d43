import { raw, Router } from 'express';
import { apiErrors } from '../errors.js';
import type { Doors } from '../doors/doors.js';
import { Lru } from '../lru.js';
import { brandOf } from '../people/brands.resolvers.js';
import { parameters, uuid } from './parameters.js';
import type { RestAccess } from './rest-access.js';

const LARGEST = 256 * 1_024;
const TYPES = ['image/png', 'image/svg+xml'];
const CACHED = 32;

interface Logo {
  readonly contentType: string;
  readonly content: Uint8Array;
  readonly digest: string;
}

/** Sets the logo of a brand. */
export function logoUpload(access: RestAccess): Router {
  const router = Router();
  router.put('/brands/:id/logo', raw({ type: TYPES, limit: LARGEST }), async (request, response) => {
    const { brands } = await access.doorsFor(request, 'Mutation.updateBrand');
    const brandId = parameters(uuid, request.params.id);
    if (!Buffer.isBuffer(request.body)) throw apiErrors.mediaTypeUnsupported({ types: TYPES });
    const contentType = request.is(TYPES) || '';
    const { brand } = await brands.setBrandLogo({ brandId, contentType, content: request.body });
    response.set('cache-control', 'no-store').json({ logoUrl: brandOf(brand).logoUrl });
  });
  return router;
}

/** Serves logos to everybody: pages show them before anybody has logged in. Each has an address of its own for ever, by its digest. */
export function logoFiles(own: Pick<Doors, 'brands'>): Router {
  const kept = new Lru<Logo>(CACHED);
  const router = Router();
  router.get('/brands/:id/logo/:digest', async (request, response) => {
    const brandId = parameters(uuid, request.params.id);
    const key = `${brandId} ${request.params.digest}`;
    const logo = kept.get(key) ?? (await own.brands.getBrandLogo({ brandId }));
    if (logo.digest !== request.params.digest) {
      return response.set('cache-control', 'no-store').redirect(302, `/files/brands/${brandId}/logo/${encodeURIComponent(logo.digest)}`);
    }
    kept.set(key, logo);
    response.set({
      'content-type': logo.contentType,
      'cache-control': 'public, max-age=31536000, immutable',
      etag: `"${logo.digest}"`,
      // Opened by itself an SVG is a document: it runs nothing and loads nothing.
      'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; sandbox",
      'cross-origin-resource-policy': 'cross-origin',
    });
    response.send(Buffer.from(logo.content));
  });
  return router;
}
