import { setTimeout as delay } from 'node:timers/promises';
import { connect, errors, type ConnectionOptions, type NatsConnection } from '@nats-io/transport-node';
import { AppError } from '@ampline/kernel-errors';
import type { Logger } from '@ampline/platform-telemetry';
import { busErrors } from './errors.js';

export interface BusOptions {
  /** `nats://host:port`, or several of a cluster, separated by commas; `tls://` for TLS. */
  url: string;
  /** Shown by nats-server; also the token under which this connection's replies come in (`_INBOX.<name>.>`). */
  name: string;
  user?: string;
  password?: string;
  /** How long the first connection may take, ms; default 30,000. */
  firstWaitMs?: number;
}

const RETRY_EVERY_MS = 250;

/** Replies to a connection called `name` come in under this prefix, so that each service's user can be limited to its own. */
export function inboxPrefix(name: string): string {
  return `_INBOX.${name.replaceAll(/[^A-Za-z0-9_-]/g, '_')}`;
}

/** Once connected, a connection comes back for ever. The first one is tried for a bounded time. */
export async function connectBus(o: BusOptions, logger: Logger): Promise<NatsConnection> {
  const options = connectionOptions(o);
  const until = performance.now() + (o.firstWaitMs ?? 30_000);
  for (let attempt = 1; ; attempt++) {
    const outcome = await tryConnect(options);
    if (!(outcome instanceof AppError)) return outcome;
    if (outcome.kind !== 'unavailable' || performance.now() + RETRY_EVERY_MS > until) throw outcome;
    if (attempt === 1) logger.warn('bus.waiting', { servers: options.servers });
    await delay(RETRY_EVERY_MS);
  }
}

async function tryConnect(options: ConnectionOptions): Promise<NatsConnection | AppError> {
  try {
    return await connect(options);
  } catch (error) {
    const details = { servers: options.servers };
    return isAuthorization(error) ? busErrors.refused(details, error) : busErrors.unreachable(details, error);
  }
}

function isAuthorization(error: unknown): boolean {
  return error instanceof errors.AuthorizationError || (error instanceof Error && error.cause instanceof errors.AuthorizationError);
}

function connectionOptions(o: BusOptions): ConnectionOptions {
  const urls = o.url.split(',').map((url) => new URL(url.trim()));
  const [first] = urls as [URL];
  const user = o.user ?? decodeURIComponent(first.username);
  return {
    servers: urls.map((url) => `${url.hostname}:${url.port || 4222}`),
    name: o.name,
    ...(user && { user, pass: o.password ?? decodeURIComponent(first.password) }),
    ...(first.protocol === 'tls:' && { tls: {} }),
    inboxPrefix: inboxPrefix(o.name),
    // A dial that a frozen server accepts and never greets ends after this.
    timeout: 5_000,
    maxReconnectAttempts: -1,
    reconnectTimeWait: 200,
    reconnectJitter: 300,
    pingInterval: 10_000,
    maxPingOut: 2,
    // A restarted server may refuse for a moment while it reloads its users.
    ignoreAuthErrorAbort: true,
    // The client makes an Error per request for its stack otherwise.
    noAsyncTraces: true,
  };
}
