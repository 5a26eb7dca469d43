import { constants } from 'node:crypto';
import { createServer, type Server, type ServerOptions } from 'node:https';
import type { TLSSocket } from 'node:tls';
import type { RequestListener } from 'node:http';
import type { TimerHandle, Timers } from '@ampline/kernel-time';
import type { BoundedLog } from '../bounded-log.js';
import type { GatewayConfig } from '../config.js';
import type { GatewayMetrics } from '../gateway-metrics.js';
import { readTlsFiles, secureContextOf, type TlsFiles } from './tls-files.js';
import { tlsFailureOf } from './tls-failure.js';

export interface TlsListenerParts {
  readonly config: GatewayConfig;
  readonly timers: Timers;
  readonly log: BoundedLog;
  readonly metrics: GatewayMetrics;
}

/**
 * Sessions are not resumed: each connection shows its certificate anew, so that a revoked one is found, and the server keeps nothing of
 * connections that have ended.
 */
const NO_RESUMPTION = { secureOptions: constants.SSL_OP_NO_TICKET, sessionTimeout: 1 };
/** `rejectUnauthorized: false`: whether a certificate will do is decided at the upgrade, where the reason can be told. */
const CLIENTS: ServerOptions = { requestCert: true, rejectUnauthorized: false, handshakeTimeout: 10_000 };

/** The server of the TLS port, and the eye on its certificate files. */
export class TlsListener {
  readonly server: Server;
  private timer: TimerHandle | undefined;

  private constructor(
    private readonly parts: TlsListenerParts,
    private files: TlsFiles,
    http: ServerOptions,
    plainRequest: RequestListener,
  ) {
    this.server = createServer({ ...http, ...CLIENTS, ...NO_RESUMPTION, ...secureContextOf(files) }, plainRequest);
    this.server.on('tlsClientError', (error, socket) => this.failed(error, socket));
    this.server.on('listening', () => this.lookLater());
    this.server.on('close', () => this.timer !== undefined && parts.timers.clear(this.timer));
    parts.metrics.watchServerCertificate(() => this.files.notAfter);
  }

  /** Undefined when no certificate is configured. Throws `ocpp-gateway.tls-files-unusable`. */
  static of(parts: TlsListenerParts, http: ServerOptions, plainRequest: RequestListener): TlsListener | undefined {
    if (parts.config.tlsCertificateFiles.length === 0) return undefined;
    return new TlsListener(parts, readTlsFiles(parts.config), http, plainRequest);
  }

  /** Takes changed files into use; what cannot be used is logged, and what served until now goes on. */
  reload(): void {
    try {
      const files = readTlsFiles(this.parts.config);
      if (sameTexts(files.cert, this.files.cert) && sameTexts(files.key, this.files.key)) return;
      this.server.setSecureContext({ ...NO_RESUMPTION, ...secureContextOf(files) });
      this.files = files;
      this.parts.log.info('tls.reloaded', { notAfter: files.notAfter.toISOString() });
    } catch (error) {
      this.parts.log.error('tls.reload-failed', { notAfter: this.files.notAfter.toISOString() }, error);
    }
  }

  private lookLater(): void {
    this.timer = this.parts.timers.setTimeout(() => {
      this.reload();
      this.lookLater();
    }, this.parts.config.tlsReloadIntervalMs);
  }

  private failed(error: Error, socket: TLSSocket): void {
    const reason = tlsFailureOf(error);
    this.parts.metrics.tlsFailed(reason);
    this.parts.log.warn('tls.refused', { reason, remoteAddress: socket.remoteAddress, detail: error.message.slice(0, 200) });
    socket.destroy();
  }
}

function sameTexts(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((text, i) => text === b[i]);
}
