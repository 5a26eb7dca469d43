import type { TimerHandle } from '@ampline/kernel-time';
import type { Time } from '../time.js';
import type { StationSocket } from './station-socket.js';

interface Settings {
  pingIntervalS: number;
  pongTimeoutS: number;
}

/** A quarter of the shorter limit, so that no limit is overrun by more than that; at least a second apart. */
function sweepEveryMs({ pingIntervalS, pongTimeoutS }: Settings): number {
  return Math.max(250, (Math.min(pingIntervalS, pongTimeoutS) * 1_000) / 4);
}

/**
 * Finds sockets whose other end is gone without a word. One timer walks over all of them: a silent socket is pinged, and one that stays
 * silent is cut off. Any frame is a sign of life (OCPP 1.6 knows stations that send neither pings nor heartbeats).
 */
export class Liveness {
  private timer: TimerHandle | undefined;

  constructor(
    private readonly sockets: Iterable<StationSocket>,
    private readonly settings: Settings,
    private readonly time: Time,
    private readonly dead: (socket: StationSocket) => void,
  ) {}

  start(): void {
    this.timer = this.time.timers.setTimeout(() => {
      this.sweep();
      this.start();
    }, sweepEveryMs(this.settings));
  }

  stop(): void {
    if (this.timer) this.time.timers.clear(this.timer);
    this.timer = undefined;
  }

  private sweep(): void {
    const nowMs = this.time.clock.monotonicMs();
    for (const socket of this.sockets) {
      if (!socket.reading) continue;
      if (socket.pingedAtMs === undefined) this.pingWhenSilent(socket, nowMs);
      else if (nowMs - socket.pingedAtMs >= this.settings.pongTimeoutS * 1_000) this.dead(socket);
    }
  }

  private pingWhenSilent(socket: StationSocket, nowMs: number): void {
    if (nowMs - socket.lastSeenMs < this.settings.pingIntervalS * 1_000) return;
    socket.pingedAtMs = nowMs;
    socket.ping();
  }
}
