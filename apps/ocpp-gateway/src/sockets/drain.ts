import type { Time } from '../time.js';
import { WS_CLOSE } from './close-codes.js';
import type { SocketRegistry } from './socket-registry.js';
import type { StationSocket } from './station-socket.js';

interface Settings {
  drainSpreadMs: number;
  drainGraceMs: number;
}

const STEP_MS = 50;
const REASON = 'the gateway is restarting';

/**
 * Closes all sockets with 1001, spread over a time so that the other replicas are not run over, each after its call in work has been
 * answered. What is still open after the grace is closed all the same.
 */
export async function drainSockets(registry: SocketRegistry, settings: Settings, time: Time): Promise<void> {
  const sockets = [...registry];
  const steps = Math.max(1, Math.ceil(settings.drainSpreadMs / STEP_MS));
  const perStep = Math.max(1, Math.ceil(sockets.length / steps));
  for (let from = 0; from < sockets.length; from += perStep) {
    for (const socket of sockets.slice(from, from + perStep)) socket.shutdown(WS_CLOSE.goingAway, REASON);
    if (from + perStep < sockets.length) await time.pause(STEP_MS);
  }
  await gone(registry, settings.drainGraceMs, time);
  for (const socket of [...registry]) closeNow(socket);
  await gone(registry, STEP_MS, time);
}

function closeNow(socket: StationSocket): void {
  socket.close(WS_CLOSE.goingAway, REASON);
  socket.terminate();
}

async function gone(registry: SocketRegistry, graceMs: number, time: Time): Promise<void> {
  const untilMs = time.clock.monotonicMs() + graceMs;
  while (registry.size > 0 && time.clock.monotonicMs() < untilMs) await time.pause(STEP_MS);
}
