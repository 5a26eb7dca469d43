import type { StationState } from '@ampline/contracts';
import { FakeSocket, type Behaviour } from './fake-gateway.js';
import type { RunningCsms, TestTenant } from './running-csms.js';

/** Stations of a tenant with the sockets that commands come to. */
export class CommandedStations {
  private readonly sockets: FakeSocket[] = [];

  constructor(
    private readonly csms: RunningCsms,
    private readonly tenant: TestTenant,
  ) {}

  offline(identity: string): Promise<StationState> {
    return this.csms.station(this.tenant, identity);
  }

  async online(identity: string, behaviour: Behaviour): Promise<{ station: StationState; socket: FakeSocket }> {
    const station = await this.offline(identity);
    return { station, socket: await this.connect(station, behaviour) };
  }

  /** What the intake writes when a socket is admitted and has been reported open. */
  async connect({ stationId, identity }: StationState, behaviour: Behaviour): Promise<FakeSocket> {
    const socket = await FakeSocket.open(this.csms.bus, this.tenant.slug, identity, 1, behaviour);
    this.sockets.push(socket);
    await this.csms.admin.query(
      `UPDATE charging_station SET connection_epoch = 1, open_epoch = 1, online = true, online_changed_at = now(), protocol = 'ocpp1.6'
       WHERE station_id = $1`,
      [stationId],
    );
    return socket;
  }

  /** Closes the sockets, and answers how their gateways were asked against the contract. */
  async close(): Promise<string[]> {
    const open = this.sockets.splice(0);
    await Promise.all(open.map((socket) => socket.close()));
    return open.flatMap(({ complaints }) => complaints);
  }
}
