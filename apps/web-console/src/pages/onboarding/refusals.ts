/** Why unknown identities are refused, as far as the console has words for it. */
const REASONS = [
  'unknown-station',
  'station-rejected',
  'identity-mismatch',
  'token-missing',
  'token-invalid',
  'registration-full',
] as const;

export function isKnownReason(reason: string): reason is (typeof REASONS)[number] {
  return (REASONS as readonly string[]).includes(reason);
}
