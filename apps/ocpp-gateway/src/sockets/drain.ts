import type { Time } from '../time.js';
import { WS_CLOSE } from './close-codes.js';
import type { SocketRegistry } from './socket-registry.js';
import type { StationSocket } from './station-socket.js';

interface Settings {
  drainPerSecond: number;
  drainMostMs: number;
  drainGraceMs: number;
}

const STEP_MS = 50;
const REASON = 'the gateway is restarting';

/**
 * Closes all sockets with 1001 at a rate, so that the other replicas are not run over, each after its call in work has been answered;
 * until then each is served as ever. What is still open after the grace is closed all the same.
 */
export async function drainSockets(registry: SocketRegistry, settings: Settings, time: Time): Promise<void> {
  const sockets = [...registry];
  const lastsMs = drainLastsMs(sockets.length, settings);
  const begunMs = time.clock.monotonicMs();
  for (let closed = 0; closed < sockets.length;) {
    const share = lastsMs === 0 ? 1 : (time.clock.monotonicMs() - begunMs + STEP_MS) / lastsMs;
    const due = Math.min(sockets.length, Math.ceil(share * sockets.length));
    for (const socket of sockets.slice(closed, due)) socket.shutdown(WS_CLOSE.goingAway, REASON);
    closed = due;
    if (closed < sockets.length) await time.pause(STEP_MS);
  }
  await gone(registry, settings.drainGraceMs, time);
  for (const socket of [...registry]) closeNow(socket);
  await gone(registry, STEP_MS, time);
}

/** How long closing so many sockets takes. */
export function drainLastsMs(sockets: number, { drainPerSecond, drainMostMs }: Omit<Settings, 'drainGraceMs'>): number {
  return drainPerSecond === 0 ? 0 : Math.min((sockets / drainPerSecond) * 1_000, drainMostMs);
}

function closeNow(socket: StationSocket): void {
  socket.close(WS_CLOSE.goingAway, REASON);
  socket.terminate();
}

async function gone(registry: SocketRegistry, graceMs: number, time: Time): Promise<void> {
  const untilMs = time.clock.monotonicMs() + graceMs;
  while (registry.size > 0 && time.clock.monotonicMs() < untilMs) await time.pause(STEP_MS);
}
