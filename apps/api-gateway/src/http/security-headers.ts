import type { RequestHandler } from 'express';

/** What every answer carries, whatever it is. Pages have a policy of their own in place of the one for data. */
export function securityHeaders(o: { https: boolean }): RequestHandler {
  const headers = {
    'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
    ...(o.https && { 'strict-transport-security': 'max-age=31536000; includeSubDomains' }),
  };
  return (_request, response, next) => {
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    next();
  };
}
