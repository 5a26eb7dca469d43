import { setTimeout as pause } from 'node:timers/promises';
import { AppError } from '@ampline/kernel-errors';
import type { Telemetry } from '@ampline/platform-telemetry';
import { accountsErrors } from '../errors.js';
import { usernameOf, type IdentityProvider, type ProviderProfile } from './identity-provider.js';
import type { ProviderTask, ProviderTasks } from './provider-tasks.js';

const EVERY_MS = 2_000;
const AT_ONCE = 10;
/** Whoever asked for a change does not wait longer for the provider: it is told in the background then. */
const PATIENCE_MS = 2_000;

/** Brings the identity provider to the state of the users here. Every replica may: a task is done by whoever claims it. */
export class ProviderSync {
  private readonly stopped = new AbortController();
  private readonly underWay = new Set<Promise<void>>();
  private running: Promise<void> = Promise.resolve();
  private waiting = 0;

  constructor(
    private readonly tasks: ProviderTasks,
    private readonly provider: IdentityProvider,
    private readonly telemetry: Telemetry,
    private readonly everyMs: number = EVERY_MS,
  ) {
    telemetry.meter
      .createObservableGauge('accounts_provider_tasks', {
        description: 'Users whom the identity provider does not yet know as they are here',
      })
      .addCallback((result) => result.observe(this.waiting));
  }

  start(): void {
    this.running = this.repeat(this.stopped.signal);
  }

  async stop(): Promise<void> {
    this.stopped.abort();
    await Promise.all([this.running, ...this.underWay]);
  }

  /** Tells the provider of a user's change that has just been committed. What cannot be done soon is done later. */
  async settleNow(userId: string): Promise<void> {
    const settled = this.settle(1, userId);
    this.underWay.add(settled);
    void settled.finally(() => this.underWay.delete(settled));
    const waited = new AbortController();
    await Promise.race([settled, pause(PATIENCE_MS, undefined, { signal: waited.signal }).catch(() => undefined)]);
    waited.abort();
  }

  /** A user of the provider whom nobody here is: gone when the person was deleted meanwhile, without log-in otherwise. */
  async dropStray(userId: string, subject: string, profile: ProviderProfile): Promise<void> {
    try {
      const { known, deleted } = await this.tasks.userOf(userId, subject);
      if (known) return;
      if (deleted) await this.provider.deleteUser(subject);
      else await this.provider.updateUser(subject, { ...profile, enabled: false });
    } catch (error) {
      // It stays there, and is of no use: the exchange refuses whom it does not know.
      this.telemetry.logger.warn('accounts.stray-provider-user', { userId }, error);
    }
  }

  private async repeat(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.settle(AT_ONCE);
      await pause(this.everyMs, undefined, { signal, ref: false }).catch(() => undefined);
    }
  }

  private async settle(limit: number, userId?: string): Promise<void> {
    try {
      for (const task of await this.tasks.claim(limit, userId)) await this.attempt(task);
      this.waiting = await this.tasks.waiting();
    } catch (error) {
      // The database is away: claims run out, and the tasks are found again.
      this.telemetry.logger.warn('accounts.provider-tasks-postponed', {}, error);
    }
  }

  private async attempt(task: ProviderTask): Promise<void> {
    try {
      await this.bring(task);
    } catch (error) {
      const code = AppError.is(error) ? error.code : 'failed';
      this.telemetry.logger.warn('accounts.provider-task-failed', { userId: task.userId, tries: task.tries, code }, error);
      return this.tasks.failed(task, code);
    }
    await this.tasks.done(task);
  }

  private async bring(task: ProviderTask): Promise<void> {
    const { subject, status } = task;
    const profile = profileOf(task);
    if (!profile) return this.provider.deleteUser(subject);
    const there = await this.provider.updateUser(subject, profile);
    if (!there && status === 'active') throw accountsErrors.identityProviderRefused({ problem: 'the user is gone there' });
    if (!there) return;
    await this.provider.setRoles(subject, task.roles);
    if (!profile.enabled) await this.provider.endSessions(subject);
  }
}

/** Undefined for a deleted user. */
function profileOf({ email, name, tenantSlug, locale, status }: ProviderTask): ProviderProfile | undefined {
  if (email === null || name === null) return undefined;
  return { username: usernameOf(tenantSlug, email), email, name, tenant: tenantSlug, locale, enabled: status === 'active' };
}
