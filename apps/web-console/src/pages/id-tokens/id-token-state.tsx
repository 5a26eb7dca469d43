import { StatusChip, useNow } from '@ampline/ui';
import type { IdTokenRow } from './id-token.js';

const MINUTE_MS = 60_000;

/** Whether stations accept an id token: an active one that has expired is told as such. */
export function IdTokenState({ token: { status, expiresAt } }: { token: Pick<IdTokenRow, 'status' | 'expiresAt'> }) {
  const now = useNow(MINUTE_MS);
  const expired = status === 'ACTIVE' && Boolean(expiresAt) && Date.parse(expiresAt ?? '') <= now;
  return <StatusChip status={expired ? 'EXPIRED' : status} />;
}
