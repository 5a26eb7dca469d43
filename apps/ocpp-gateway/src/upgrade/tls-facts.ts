import type { IncomingMessage } from 'node:http';
import { TLSSocket, type DetailedPeerCertificate } from 'node:tls';
import type { TlsFacts } from '@ampline/contracts';
import { readForwardedCertificates } from './forwarded-certificate.js';
import type { TrustedProxies } from './trusted-proxies.js';

/** A leaf and what is above it; more would only burden whoever checks them. */
const MOST_CERTIFICATES = 5;

/** How a trusted proxy speaks of TLS. */
export interface ProxySpeech {
  readonly proxies: TrustedProxies;
  /** Lower case. */
  readonly certificateHeader: string;
}

/**
 * What is known of the TLS connection of an upgrade: by our own listener, or by the word of a proxy that is trusted. What anybody else
 * says of it is passed over. Undefined: plain text.
 */
export function tlsFactsOf(request: IncomingMessage, { proxies, certificateHeader }: ProxySpeech): TlsFacts | undefined {
  const { socket } = request;
  if (proxies.includes(socket.remoteAddress)) return forwardedFacts(request, certificateHeader);
  if (!(socket instanceof TLSSocket)) return undefined;
  const certificates = shownBy(socket);
  const protocol = socket.getProtocol();
  return { ...(protocol !== null && { protocol }), ...(certificates.length > 0 && { certificates }) };
}

function forwardedFacts({ headers }: IncomingMessage, certificateHeader: string): TlsFacts | undefined {
  const certificates = readForwardedCertificates(oneOf(headers[certificateHeader])).slice(0, MOST_CERTIFICATES);
  const scheme = oneOf(headers['x-forwarded-proto'])?.split(',').at(-1)?.trim().toLowerCase();
  if (certificates.length > 0) return { certificates };
  return scheme === 'https' || scheme === 'wss' ? {} : undefined;
}

/** Without a certificate Node answers an empty object; a chain may end in a certificate that is its own issuer. */
function shownBy(socket: TLSSocket): string[] {
  const shown: string[] = [];
  let next: DetailedPeerCertificate | undefined = socket.getPeerCertificate(true);
  while (next?.raw !== undefined && shown.length < MOST_CERTIFICATES) {
    shown.push(next.raw.toString('base64'));
    next = next.issuerCertificate === next ? undefined : next.issuerCertificate;
  }
  return shown;
}

function oneOf(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header.join(',') : header;
}
