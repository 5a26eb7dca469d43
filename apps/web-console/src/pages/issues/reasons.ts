import type { KeyOf } from '@ampline/ui';
import type { reasonsMessages } from './reasons-messages.js';

type ReasonKey = KeyOf<typeof reasonsMessages>;

/** Every reason, and what was done about it without asking anybody. */
const MEANWHILE = {
  'stop-unknown-transaction': 'meanwhile.untouched',
  'stop-foreign-transaction': 'meanwhile.untouched',
  'stop-repeated-different': 'meanwhile.first-end',
  'stop-missing': 'meanwhile.estimated',
  'meter-went-back': 'meanwhile.zero-energy',
  'energy-implausible': 'meanwhile.energy-as-told',
  'ended-before-started': 'meanwhile.no-duration',
  'start-repeated-after-stop': 'meanwhile.own-session',
  'connector-unknown': 'meanwhile.no-evse',
  'signed-values-wrong': 'meanwhile.as-told-signed',
  'signed-values-unverified': 'meanwhile.judged-later',
  'clock-future': 'meanwhile.clock',
  'clock-past': 'meanwhile.clock',
  'clock-without-zone': 'meanwhile.clock',
  'clock-unreadable': 'meanwhile.clock',
  'meter-values-unknown-transaction': 'meanwhile.stored',
  'meter-values-foreign-transaction': 'meanwhile.stored',
  'invalid-message': 'meanwhile.refused',
  'intake-failed': 'meanwhile.kept',
} as const satisfies Record<string, ReasonKey>;

export type Reason = keyof typeof MEANWHILE;
export const REASONS = Object.keys(MEANWHILE) as Reason[];

/** Keys of the sentences for a reason; undefined for one that only a newer platform knows. */
export function reasonKeys(reason: string) {
  if (!isReason(reason)) return undefined;
  return { title: `reason.${reason}`, text: `reason.${reason}.text`, meanwhile: MEANWHILE[reason] } as const;
}

function isReason(text: string): text is Reason {
  return Object.hasOwn(MEANWHILE, text);
}
