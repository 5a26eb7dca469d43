import type { CommandReply } from '@ampline/contracts';
import { uuidv7 } from '@ampline/kernel-ids';
import type { Bus } from '@ampline/platform-nats';
import { eventually } from '@ampline/platform-testing';
import { answers, FakeSocket, refuses, type SeenCommand } from './fake-gateway.js';
import type { RunningCsms, TestTenant } from './running-csms.js';
import { StationOnTheWire } from './station-on-the-wire.js';

/** What a station does with an update. `silent`: it accepts and is not heard of again. */
export type Conduct = 'good' | 'download-fails' | 'installation-fails' | 'wrong-version' | 'silent' | 'refuses' | 'hold';

/** A station does not give up while its server is started anew. */
const PATIENCE = { timeoutMs: 120_000 };

export interface FleetOptions {
  vendor?: string;
  version: string;
  /** By number of the station. */
  conduct: (index: number) => Conduct;
}

/** A station of the fleet. */
export class FleetStation {
  /** Commands by the id that csms gave them: one twice would be a fault. */
  readonly commands: SeenCommand[] = [];
  readonly downloads: Buffer[] = [];
  /** Updates that wait for the test to let them go on. */
  private readonly held: (() => void)[] = [];

  constructor(
    readonly wire: StationOnTheWire,
    public conduct: Conduct,
    private readonly vendor: string,
    public version: string,
    private readonly target: () => string,
  ) {}

  take(command: SeenCommand): CommandReply | Promise<CommandReply> {
    // Settings and the like are of no interest here.
    if (command.action !== 'UpdateFirmware' && command.action !== 'SignedUpdateFirmware') return refuses('NotSupported', '')(command);
    this.commands.push(command);
    if (this.conduct === 'refuses') return refuses('NotSupported', '')(command);
    const signed = command.action === 'SignedUpdateFirmware';
    void this.update(command, signed);
    return answers(signed ? { status: 'Accepted' } : {})(command);
  }

  release(): void {
    for (const go of this.held.splice(0)) go();
  }

  boot(): Promise<void> {
    return this.send('BootNotification', { chargePointVendor: this.vendor, chargePointModel: 'M1', firmwareVersion: this.version });
  }

  private async update({ payload }: SeenCommand, signed: boolean): Promise<void> {
    const { conduct } = this;
    if (conduct === 'silent') return;
    if (conduct === 'hold') await new Promise<void>((resolve) => this.held.push(resolve));
    const request = payload as { location?: string; requestId?: number; firmware?: { location: string } };
    const report = (status: string): Promise<void> =>
      signed
        ? this.send('SignedFirmwareStatusNotification', { status, requestId: request.requestId })
        : this.send('FirmwareStatusNotification', { status });
    await report('Downloading');
    if (conduct === 'download-fails') return report('DownloadFailed');
    // As stations do: tried again while the server is away.
    const bytes = await eventually(async () => {
      const response = await fetch(request.location ?? request.firmware?.location ?? '');
      return response.ok && Buffer.from(await response.arrayBuffer());
    }, PATIENCE);
    this.downloads.push(bytes);
    await report('Downloaded');
    await report('Installing');
    if (conduct === 'installation-fails') return report('InstallationFailed');
    if (conduct !== 'wrong-version') this.version = this.target();
    // The one reports after its boot, the other before it.
    if (this.commands.length % 2 === 0) await report('Installed');
    else if (conduct === 'wrong-version') await report('Installed');
    await this.boot();
    await report('Installed');
  }

  /** With the same call id until csms answers, as a gateway does. */
  private async send(action: string, payload: unknown): Promise<void> {
    const callId = uuidv7();
    const receivedAt = new Date();
    await eventually(async () => {
      const outcome = await this.wire.call(action, payload, { callId, receivedAt, timeoutMs: 3_000 });
      if (outcome.kind === 'error') throw new Error(`${action}: ${outcome.code}`);
      return outcome.kind === 'result';
    }, PATIENCE);
  }
}

/** Many stations of one vendor, online and booted. */
export class FirmwareFleet {
  readonly stations: FleetStation[] = [];
  private readonly sockets: FakeSocket[] = [];

  constructor(
    private readonly bus: Bus,
    private readonly tenant: TestTenant,
    /** The version that they boot with once an update went well. */
    public target: string,
  ) {}

  /** Rows at once, so that hundreds cost little; then each is admitted and boots as stations do. */
  async add(csms: RunningCsms, count: number, o: FleetOptions): Promise<FleetStation[]> {
    const { tenantId, slug, locationId } = this.tenant;
    const vendor = o.vendor ?? 'Acme';
    const ids = Array.from({ length: count }, () => uuidv7());
    const first = this.stations.length;
    const identities = ids.map((_, i) => `${vendor}-${first + i}`);
    await csms.admin.query(
      `INSERT INTO charging_station (station_id, tenant_id, location_id, identity)
       SELECT id, $1, $2, identity FROM unnest($3::uuid[], $4::text[]) AS s (id, identity)`,
      [tenantId, locationId, ids, identities],
    );
    const added = await Promise.all(
      ids.map(async (stationId, i) => {
        const identity = identities[i] ?? '';
        const wire = new StationOnTheWire(this.bus, { tenantId, tenant: slug, stationId, identity });
        const station = new FleetStation(wire, o.conduct(i), vendor, o.version, () => this.target);
        await eventually(async () => (await wire.admit()).outcome === 'accepted');
        this.sockets.push(await FakeSocket.open(this.bus, slug, identity, wire.epoch, (command) => station.take(command)));
        await wire.report('opened');
        await station.boot();
        return station;
      }),
    );
    this.stations.push(...added);
    return added;
  }

  /** Commands that a station got more than once under one id, and violations of the command contract. */
  complaints(): string[] {
    return this.sockets.flatMap((socket) => socket.complaints);
  }

  async close(): Promise<void> {
    for (const station of this.stations) station.release();
    await Promise.all(this.sockets.map((socket) => socket.close()));
  }
}
