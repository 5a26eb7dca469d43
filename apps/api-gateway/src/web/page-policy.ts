/** Content security policy of the console's pages: its own files, the API and its WebSocket, the realm. */
export function pagePolicy(o: { publicUrl: string; realmUrl: string | undefined }): string {
  const { host } = new URL(o.publicUrl);
  const realm = o.realmUrl === undefined ? [] : [new URL(o.realmUrl).origin];
  return Object.entries({
    'default-src': ["'none'"],
    'script-src': ["'self'"],
    // Emotion writes styles as elements.
    'style-src': ["'self'", "'unsafe-inline'"],
    'img-src': ["'self'", 'data:'],
    'font-src': ["'self'"],
    'connect-src': ["'self'", `ws://${host}`, `wss://${host}`, ...realm],
    'manifest-src': ["'self'"],
    'form-action': ["'self'", ...realm],
    'base-uri': ["'none'"],
    'frame-ancestors': ["'none'"],
  })
    .map(([directive, sources]) => `${directive} ${sources.join(' ')}`)
    .join('; ');
}
