import type { StationSocket } from './station-socket.js';

/** The open sockets of this gateway, at most one per station: the one of the highest epoch. */
export class SocketRegistry {
  private readonly sockets = new Map<string, StationSocket>();
  private readonly byProtocol = new Map<string, number>();

  get size(): number {
    return this.sockets.size;
  }

  get protocols(): ReadonlyMap<string, number> {
    return this.byProtocol;
  }

  [Symbol.iterator](): MapIterator<StationSocket> {
    return this.sockets.values();
  }

  /** Takes the socket in and returns the loser when the station had one: the older of the two, which may be `socket` itself. */
  add(socket: StationSocket): StationSocket | undefined {
    const { stationId, epoch } = socket.identity;
    const present = this.sockets.get(stationId);
    if (present && present.identity.epoch >= epoch) return socket;
    if (present) this.count(present, -1);
    this.sockets.set(stationId, socket);
    this.count(socket, 1);
    return present;
  }

  has(socket: StationSocket): boolean {
    return this.sockets.get(socket.identity.stationId) === socket;
  }

  /** False when it was not in: a newer socket took its place. */
  remove(socket: StationSocket): boolean {
    const { stationId } = socket.identity;
    if (this.sockets.get(stationId) !== socket) return false;
    this.sockets.delete(stationId);
    this.count(socket, -1);
    return true;
  }

  /** Of a tenant, by the station's canonical identity. */
  find(tenant: string, station: string): StationSocket | undefined {
    for (const socket of this.sockets.values()) {
      if (socket.identity.station === station && socket.identity.tenant === tenant) return socket;
    }
    return undefined;
  }

  private count(socket: StationSocket, by: 1 | -1): void {
    const { subprotocol } = socket.identity;
    this.byProtocol.set(subprotocol, (this.byProtocol.get(subprotocol) ?? 0) + by);
  }
}
