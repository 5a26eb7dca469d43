import type { OnApplicationBootstrap, OnApplicationShutdown } from '@nestjs/common';
import type { Clock } from '@ampline/kernel-time';
import type { Logger } from '@ampline/platform-telemetry';
import { FORGOTTEN_AFTER_MS } from './login/login-failures.js';
import type { OpenId } from './provider/openid.js';

/** Often enough that every replica has a new key before it signs (signing-keys.ts). */
const EVERY_MS = 10 * 60_000;

/** Keeps the keys in force and drops what has expired, for as long as the service runs. */
export class Background implements OnApplicationBootstrap, OnApplicationShutdown {
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> = Promise.resolve();

  constructor(
    private readonly openid: OpenId,
    private readonly clock: Clock,
    private readonly logger: Logger,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    await this.openid.load();
    this.#timer = setInterval(() => {
      this.#running = this.keep();
    }, EVERY_MS);
    this.#timer.unref();
  }

  async onApplicationShutdown(): Promise<void> {
    clearInterval(this.#timer);
    await this.#running;
  }

  private async keep(): Promise<void> {
    try {
      await this.openid.load();
      const rows = await this.openid.records.prune(new Date(this.clock.now().getTime() - FORGOTTEN_AFTER_MS));
      this.logger.debug('identity.pruned', { rows });
    } catch (error) {
      // The keys at hand go on signing, and the next round prunes as well.
      this.logger.warn('identity.upkeep-failed', {}, error);
    }
  }
}
