import type { Server } from 'node:https';
import type { Socket } from 'node:net';
import type { GatewayMetrics } from '../gateway-metrics.js';
import type { Pacer } from './pacer.js';

/** Whoever connects and says nothing is let go after this. */
const SILENT_MS = 10_000;

/**
 * Paces TLS handshakes, each of which costs as much as everything else of an admission: a connection waits unread for its turn, from its
 * first byte on. Who would wait too long is cut off without a word: an answer would take the handshake that is to be spared.
 */
export function paceHandshakes(server: Server, pacer: Pacer, metrics: GatewayMetrics): void {
  const begin = server.listeners('connection') as ((connection: Socket) => void)[];
  server.removeAllListeners('connection');
  server.on('connection', (connection: Socket) => {
    const gone = (): void => void connection.destroy();
    connection.on('error', gone);
    connection.setTimeout(SILENT_MS, gone);
    connection.once('readable', () => void proceed(connection, gone));
  });

  async function proceed(connection: Socket, gone: () => void): Promise<void> {
    const itsTurn = await pacer.turn();
    if (!itsTurn) {
      metrics.tlsFailed('busy');
      connection.resetAndDestroy();
    }
    if (connection.destroyed) return;
    connection.setTimeout(0);
    connection.off('timeout', gone).off('error', gone);
    for (const listener of begin) listener.call(server, connection);
  }
}
