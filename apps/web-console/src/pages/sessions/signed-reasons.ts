import type { KeyOf } from '@ampline/ui';
import type { signedValuesMessages } from './signed-values-messages.js';

type SignedKey = KeyOf<typeof signedValuesMessages>;

/** docs/operations/signed-meter-values.md. */
const REASONS = {
  'no-record': 'signed.reason.no-record',
  'format-unknown': 'signed.reason.format-unknown',
  'algorithm-unknown': 'signed.reason.algorithm-unknown',
  'key-unknown': 'signed.reason.key-unknown',
  'begin-missing': 'signed.reason.begin-missing',
  'end-missing': 'signed.reason.end-missing',
  'records-missing': 'signed.reason.records-missing',
  'payload-unreadable': 'signed.reason.payload-unreadable',
  'signature-unreadable': 'signed.reason.payload-unreadable',
  'signature-wrong': 'signed.reason.signature-wrong',
  'meter-changed': 'signed.reason.meter-changed',
  'meter-not-the-keys': 'signed.reason.meter-not-the-keys',
  'records-contradict': 'signed.reason.records-contradict',
  'meter-status': 'signed.reason.meter-status',
  'energy-unusable': 'signed.reason.meter-status',
  'register-changed': 'signed.reason.register',
  'register-not-import': 'signed.reason.register',
  'unit-not-energy': 'signed.reason.register',
  'ends-before-begin': 'signed.reason.went-back',
  'went-back': 'signed.reason.went-back',
  'energy-differs': 'signed.reason.energy-differs',
  'identification-differs': 'signed.reason.identification-differs',
} as const satisfies Record<string, SignedKey>;

/** The sentence for a reason; undefined for none, and for one that only a newer platform knows. */
export function signedReasonKey(reason: string | null): SignedKey | undefined {
  return reason !== null && Object.hasOwn(REASONS, reason) ? REASONS[reason as keyof typeof REASONS] : undefined;
}
