import type { Ocpp16Action } from '@ampline/protocol-ocpp';
import { refusalBy } from '../commands/command-rules.js';
import type { Registration } from '../stations/station-state.js';

/** Why a station of a run is not sent the command. */
export type SkipReason = 'offline' | 'pending' | 'rejected' | 'action-unknown' | 'stopped';

/** What a run would do with a station. */
export type Turn = { is: 'ready' | 'queued' } | { is: 'skipped'; reason: SkipReason };

/** A station as a run looks at it. */
export interface RunStation {
  registration: Registration;
  /** A socket is open. */
  open: boolean;
  /** Subprotocol of its newest connection; null before the first. */
  protocol: string | null;
}

/** Versions whose action names are those of the catalogue. */
const KNOWN_PROTOCOLS: readonly (string | null)[] = ['ocpp1.6', null];

/** `queue`: stations that cannot be reached get the command when they connect. */
export function turnOf({ registration, open, protocol }: RunStation, action: Ocpp16Action, queue: boolean): Turn {
  if (registration === 'rejected') return { is: 'skipped', reason: 'rejected' };
  if (!KNOWN_PROTOCOLS.includes(protocol)) return { is: 'skipped', reason: 'action-unknown' };
  const refused = refusalBy(registration, action) !== undefined;
  if (open && !refused) return { is: 'ready' };
  if (refused && !queue) return { is: 'skipped', reason: 'pending' };
  return queue ? { is: 'queued' } : { is: 'skipped', reason: 'offline' };
}
