import type { OnApplicationBootstrap, OnApplicationShutdown } from '@nestjs/common';

/** Something that runs beside the calls. */
export interface BackgroundPart {
  start(): void | Promise<void>;
  stop(): void | Promise<void>;
}

/** What runs beside the calls, for as long as the service does; stopped in the reverse order of its start. */
export class Background implements OnApplicationBootstrap, OnApplicationShutdown {
  constructor(private readonly parts: readonly BackgroundPart[]) {}

  async onApplicationBootstrap(): Promise<void> {
    for (const part of this.parts) await part.start();
  }

  async onApplicationShutdown(): Promise<void> {
    for (const part of [...this.parts].reverse()) await part.stop();
  }
}
