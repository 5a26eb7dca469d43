/** Whether something that ends by itself or by somebody still counts. `now`: ms since the epoch. */
export function lifeOf(thing: { expiresAt?: string | null; revokedAt?: string | null }, now: number): 'ACTIVE' | 'EXPIRED' | 'REVOKED' {
  if (thing.revokedAt) return 'REVOKED';
  return thing.expiresAt && Date.parse(thing.expiresAt) <= now ? 'EXPIRED' : 'ACTIVE';
}
