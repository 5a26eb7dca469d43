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
  'command-run',
  'intake-issue',
  'charging-station',
  'site',
  'location',
] as const;
