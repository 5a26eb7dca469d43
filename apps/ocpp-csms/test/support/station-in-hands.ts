import type { AdmitReply, AdmitRequest } from '@ampline/contracts';
import type { Bus } from '@ampline/platform-nats';
import { answers, FakeSocket, type SeenCommand } from './fake-gateway.js';
import { StationOnTheWire } from './station-on-the-wire.js';

/** A station with a socket at some gateway, and what it says to commands, by action. */
export class StationInHands {
  readonly wire: StationOnTheWire;
  readonly seen: SeenCommand[] = [];
  /** What it does when it gets a command, beside answering. */
  readonly after: Record<string, (payload: Record<string, unknown>) => Promise<void> | void> = {};
  readonly says: Record<string, object> = {};
  private socket: FakeSocket | undefined;

  constructor(
    private readonly bus: Bus,
    readonly who: { tenantId: string; tenant: string; stationId: string; identity: string },
  ) {
    this.wire = new StationOnTheWire(bus, who);
  }

  /** Connects with this proof; the socket before is gone. */
  async connect(shown: Partial<AdmitRequest> = {}): Promise<AdmitReply> {
    const reply = await this.wire.admit(shown);
    if (reply.outcome === 'refused') return reply;
    await this.socket?.close();
    this.socket = await FakeSocket.open(this.bus, this.who.tenant, this.who.identity, reply.epoch, async (command) => {
      this.seen.push(command);
      const answer = await answers(this.says[command.action] ?? { status: 'Accepted' })(command);
      void this.after[command.action]?.(command.payload as Record<string, unknown>);
      return answer;
    });
    await this.wire.report('opened');
    return reply;
  }

  async disconnect(): Promise<void> {
    await this.socket?.close();
    this.socket = undefined;
    await this.wire.report('closed');
  }

  /** Payloads of the commands of an action. */
  sent(action: string): Record<string, unknown>[] {
    return this.seen.filter((command) => command.action === action).map(({ payload }) => payload as Record<string, unknown>);
  }
}
