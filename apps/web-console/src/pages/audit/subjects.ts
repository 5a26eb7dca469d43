/** What actions are about: their names begin so, with a dot after it. */
export const SUBJECTS = [
  'user',
  'id-token',
  'token-group',
  'driver',
  'organisation',
  'api-key',
  'guest-link',
  'brand',
  'feature',
  'consent',
  'command',
  'intake-issue',
  'charging-station',
  'certificate-authority',
  'site',
  'location',
] as const;
