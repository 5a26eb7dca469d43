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
  'site',
  'location',
  'message-retention',
] as const;
