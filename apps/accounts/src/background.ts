import type { OnApplicationBootstrap, OnApplicationShutdown } from '@nestjs/common';
import type { OutboxRelay } from '@ampline/platform-outbox';
import type { PartitionKeeper } from '@ampline/platform-postgres';
import type { AccountsPrisma } from './accounts.prisma.js';

/** What runs beside the calls, for as long as the service does. */
export class Background implements OnApplicationBootstrap, OnApplicationShutdown {
  constructor(
    private readonly partitions: PartitionKeeper,
    private readonly relay: OutboxRelay,
    private readonly prisma: AccountsPrisma,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    await this.partitions.start();
    this.relay.start();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.relay.stop();
    await this.partitions.stop();
    await this.prisma.close();
  }
}
