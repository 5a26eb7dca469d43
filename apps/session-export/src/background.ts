import type { OnApplicationBootstrap, OnApplicationShutdown } from '@nestjs/common';
import type { FactConsumer } from '@ampline/platform-outbox';
import type { MonthKeeper } from '@ampline/platform-postgres';
import type { ProjectionBuild } from './projection/projection-build.js';

/** What runs beside the calls, for as long as the service does. */
export class Background implements OnApplicationBootstrap, OnApplicationShutdown {
  constructor(
    private readonly consumer: FactConsumer,
    private readonly build: ProjectionBuild,
    private readonly months: MonthKeeper,
    private readonly stations: { close(): void },
  ) {}

  /** Neither waits for another service: readiness does not hang on ocpp-csms. */
  onApplicationBootstrap(): void {
    this.consumer.start();
    this.build.begin();
    this.months.start();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.build.stop();
    await this.consumer.stop();
    await this.months.stop();
    this.stations.close();
  }
}
