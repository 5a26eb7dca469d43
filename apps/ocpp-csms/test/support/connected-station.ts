import type { CommandReply, StationState } from '@ampline/contracts';
import { uuidv7 } from '@ampline/kernel-ids';
import { FakeSocket, type Behaviour, type SeenCommand } from './fake-gateway.js';
import type { RunningCsms, TestTenant } from './running-csms.js';
import { StationOnTheWire } from './station-on-the-wire.js';

/** A station behind a gateway: what it tells, and what it does with commands. */
export class ConnectedStation {
  readonly wire: StationOnTheWire;
  private socket: FakeSocket | undefined;

  private constructor(
    private readonly csms: RunningCsms,
    private readonly tenant: TestTenant,
    readonly state: StationState,
  ) {
    const { tenantId, slug } = tenant;
    this.wire = new StationOnTheWire(csms.bus, { tenantId, tenant: slug, stationId: state.stationId, identity: state.identity });
  }

  static async connect(csms: RunningCsms, tenant: TestTenant, behaviour: Behaviour, evses = 2): Promise<ConnectedStation> {
    const station = new ConnectedStation(csms, tenant, await csms.station(tenant, `S-${uuidv7().slice(-12)}`, { evses }));
    await station.reconnect(behaviour);
    return station;
  }

  get stationId(): string {
    return this.state.stationId;
  }

  /** Commands of this action that reached the present connection. */
  got(action: string): Record<string, unknown>[] {
    const executed: SeenCommand[] = this.socket?.executed ?? [];
    return executed.filter((command) => command.action === action).map(({ payload }) => payload as Record<string, unknown>);
  }

  async reconnect(behaviour: Behaviour): Promise<void> {
    await this.socket?.close();
    await this.wire.admit();
    this.socket = await FakeSocket.open(this.csms.bus, this.tenant.slug, this.state.identity, this.wire.epoch, behaviour);
    await this.wire.report('opened');
  }

  async disconnect(): Promise<void> {
    await this.socket?.close();
    this.socket = undefined;
    await this.wire.report('closed');
  }

  async boot(o: { firmwareVersion?: string } = {}): Promise<void> {
    await this.wire.call('BootNotification', { chargePointVendor: 'Vendor', chargePointModel: 'Model', ...o });
  }
}

/** A station that takes a command and says nothing. */
export function silent({ commandId, action, payload }: SeenCommand): CommandReply {
  const messageId = commandId.slice(-12);
  return { outcome: 'timeout', messageId, requestFrame: JSON.stringify([2, messageId, action, payload]) };
}
