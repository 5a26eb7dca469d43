import type { CommandReply } from '@ampline/contracts';
import type { Bus } from '@ampline/platform-nats';
import { answers, FakeSocket, refuses, type SeenCommand } from './fake-gateway.js';
import type { TestTenant } from './running-csms.js';
import { StationOnTheWire } from './station-on-the-wire.js';

/** A station that is asked for files, or to fetch some: what it was sent, and the addresses in it. */
export class FileStation {
  private constructor(
    readonly wire: StationOnTheWire,
    readonly commands: readonly SeenCommand[],
    private readonly socket: FakeSocket,
  ) {}

  static async open(bus: Bus, tenant: TestTenant, o: { stationId: string; identity: string; answer?: object }): Promise<FileStation> {
    const { stationId, identity, answer = {} } = o;
    const wire = new StationOnTheWire(bus, { tenantId: tenant.tenantId, tenant: tenant.slug, stationId, identity });
    await wire.admit();
    const seen: SeenCommand[] = [];
    const socket = await FakeSocket.open(bus, tenant.slug, identity, wire.epoch, (command): CommandReply | Promise<CommandReply> => {
      if (command.action !== 'GetDiagnostics' && command.action !== 'GetLog') return refuses('NotSupported', '')(command);
      seen.push(command);
      return answers(answer)(command);
    });
    await wire.report('opened');
    return new FileStation(wire, seen, socket);
  }

  /** The address in the last command. */
  get location(): string {
    const text = JSON.stringify(this.commands.at(-1)?.payload ?? {});
    return /"(?:location|remoteLocation)":"([^"]+)"/.exec(text)?.[1] ?? '';
  }

  close(): Promise<void> {
    return this.socket.close();
  }
}
