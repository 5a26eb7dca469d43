import type { Resolution } from '../../generated/graphql.js';

const BY_TEXT: Readonly<Record<string, Resolution>> = {
  accept: 'ACCEPT',
  dismiss: 'DISMISS',
  'attach-stop': 'ATTACH_STOP',
  'close-session': 'CLOSE_SESSION',
  'create-session': 'CREATE_SESSION',
};

/** The decision that was taken, as the API tells it (`attach-stop`); undefined for one that is not known here. */
export function takenResolution(told: string): Resolution | undefined {
  return BY_TEXT[told.toLowerCase().replaceAll('_', '-')];
}
