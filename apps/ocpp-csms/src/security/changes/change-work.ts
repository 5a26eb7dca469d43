import { StationPathSubject, type Revocation } from '@ampline/contracts';
import type { Clock } from '@ampline/kernel-time';
import type { Bus } from '@ampline/platform-nats';
import type { Outbox } from '@ampline/platform-outbox';
import type { Database, Tx } from '@ampline/platform-postgres';
import type { KeyCipher } from '@ampline/platform-runner';
import type { Telemetry } from '@ampline/platform-telemetry';
import type { Counter } from '@opentelemetry/api';
import type { CheckedCommand } from '../../commands/command-rules.js';
import type { Commands } from '../../commands/commands.js';
import { lockStations, tellStations } from '../../stations/station-state.js';
import type { DueWork } from '../../due-loop.js';
import { CHANGE_COLUMNS, stepAfter, type ChangeProblem, type ChangeRow, type ChangeState } from './change-row.js';

export interface ChangePlan {
  /** How long a station may take to answer. */
  timeoutMs: number;
  /** A station that was given something new and stays connected is disconnected after this, so that it comes back with it. */
  reconnectAfterMs: number;
}

export interface ChangeWorkParts {
  database: Database;
  commands: Commands;
  outbox: Outbox;
  bus: Bus;
  cipher: KeyCipher;
  plan: ChangePlan;
  clock: Clock;
  telemetry: Telemetry;
}

/** What became of a message to a station. */
type Told = 'accepted' | 'reboot-required' | 'refused' | 'away' | 'unanswered';

interface Present {
  password_hash: string | null;
  connection_epoch: bigint;
  open_epoch: bigint | null;
  connection_profile: number | null;
}

/** A replica that died with a change in its hands: another takes it up after this. */
const CLAIM_MS = 120_000;
const LOOK_AGAIN_MS = 2_000;
/** A station that is away, or said nothing, is told again after this. */
const TELL_AGAIN_MS = 5_000;
/** A station that has sent no certificate request is asked again after this. */
const ASK_AGAIN_MS = 300_000;

const SOFT_RESET: CheckedCommand = { action: 'Reset', payload: { type: 'Soft' } };

const CLAIM = `
  WITH due AS (SELECT change_id FROM security_change WHERE due_at <= $1 ORDER BY due_at LIMIT $2 FOR UPDATE SKIP LOCKED)
  UPDATE security_change c SET due_at = $3 FROM due, charging_station s, tenant t
   WHERE c.change_id = due.change_id AND s.station_id = c.station_id AND t.tenant_id = c.tenant_id
  RETURNING ${CHANGE_COLUMNS}`;

/**
 * Brings stations to their new key or profile, a step at a time. Until the station has connected with what is new the old holds as well;
 * when it does not in time, the old alone holds again. One exception keeps a station from being locked out: a key that it may have taken
 * stays valid beside the old one until one of them is used.
 */
export class ChangeWork implements DueWork<ChangeRow> {
  readonly name = 'security-change';
  private readonly counter: Counter;

  constructor(private readonly parts: ChangeWorkParts) {
    this.counter = parts.telemetry.meter.createCounter('csms_security_changes_total', {
      description: 'Changes of station keys and security profiles, by kind and outcome.',
    });
  }

  claim(limit: number): Promise<ChangeRow[]> {
    const now = this.now();
    return this.parts.database.asWorker((tx) => tx.query<ChangeRow>(CLAIM, [now, limit, new Date(now.getTime() + CLAIM_MS)]));
  }

  carryOut(change: ChangeRow): Promise<void> {
    if (change.step !== 'reconnect' && this.now() > change.deadline) return this.giveUp(change);
    switch (change.step) {
      case 'root':
        return this.installRoot(change);
      case 'key':
        return this.giveKey(change);
      case 'certificate':
        return this.seeToCertificate(change);
      case 'profile':
        return this.giveProfile(change);
      case 'reconnect':
        return this.awaitReturn(change);
    }
  }

  private async installRoot(change: ChangeRow): Promise<void> {
    const payload = { certificateType: 'CentralSystemRootCertificate', certificate: change.root_certificate };
    const told = await this.tell(change, { action: 'InstallCertificate', payload });
    await this.goOn(change, told, 'root-refused');
  }

  /** From the moment at which it is sent the new key opens a connection: an answer may be lost, and the key be taken. */
  private async giveKey(change: ChangeRow): Promise<void> {
    if (!(await this.makeReady(change, 'next_password_hash = $2', change.new_key_hash))) return this.again(change, TELL_AGAIN_MS);
    const value = this.parts.cipher.open(change.new_key as Buffer, change.change_id);
    const told = await this.tell(change, { action: 'ChangeConfiguration', payload: { key: 'AuthorizationKey', value } });
    if (told === 'reboot-required' && stepAfter(change) === 'reconnect') await this.tell(change, SOFT_RESET);
    await this.goOn(change, told, 'key-refused');
  }

  /** The station asks for a certificate by itself once it is told to; signing and delivery are the same as at any other time. */
  private async seeToCertificate(change: ChangeRow): Promise<void> {
    const now = this.now();
    const [held] = await this.parts.database.query(
      `SELECT 1 FROM station_certificate WHERE station_id = $1 AND state = 'accepted' AND not_after > $2`,
      [change.station_id, now],
    );
    if (held) return this.step(change);
    if (change.asked_at !== null && now.getTime() - change.asked_at.getTime() < ASK_AGAIN_MS) return this.again(change, LOOK_AGAIN_MS);
    const told = await this.tell(change, { action: 'ExtendedTriggerMessage', payload: { requestedMessage: 'SignChargePointCertificate' } });
    if (told === 'refused') return this.end(change, 'rolled-back', 'certificate-refused');
    if (told === 'accepted')
      await this.parts.database.query('UPDATE security_change SET asked_at = $2 WHERE change_id = $1', [change.change_id, now]);
    await this.again(change, told === 'accepted' ? LOOK_AGAIN_MS : TELL_AGAIN_MS);
  }

  /** The station may reconnect before its answer is here: the new profile opens a connection from now on. */
  private async giveProfile(change: ChangeRow): Promise<void> {
    const present = await this.presentOf(change);
    if (present && hasArrived(change, present)) return this.end(change, 'done');
    if (!(await this.makeReady(change, 'next_security_profile = $2', change.to_profile))) return this.again(change, TELL_AGAIN_MS);
    const payload = { key: 'SecurityProfile', value: String(change.to_profile) };
    const told = await this.tell(change, { action: 'ChangeConfiguration', payload });
    if (told === 'reboot-required') await this.tell(change, SOFT_RESET);
    await this.goOn(change, told, 'profile-refused');
  }

  private async awaitReturn(change: ChangeRow): Promise<void> {
    const present = await this.presentOf(change);
    if (present && hasArrived(change, present)) return this.end(change, 'done');
    const now = this.now();
    if (now > change.deadline) return this.giveUp(change);
    const waited = now.getTime() - (change.asked_at ?? now).getTime();
    const stays = present !== undefined && present.open_epoch !== null && present.open_epoch === change.told_epoch;
    if (stays && waited >= this.parts.plan.reconnectAfterMs) this.disconnect(change);
    await this.again(change, LOOK_AGAIN_MS);
  }

  private async presentOf({ station_id }: ChangeRow): Promise<Present | undefined> {
    const [present] = await this.parts.database.query<Present>(
      'SELECT password_hash, connection_epoch, open_epoch, connection_profile FROM charging_station WHERE station_id = $1',
      [station_id],
    );
    return present;
  }

  /** Lets the station in by what it is about to be told, and notes its connection. False when it is not connected. */
  private makeReady(change: ChangeRow, assignment: string, value: string | number | null): Promise<boolean> {
    return this.parts.database.asWorker(async (tx) => {
      const ready = await tx.one<{ connection_epoch: bigint }>(
        `UPDATE charging_station SET ${assignment} WHERE station_id = $1 AND open_epoch IS NOT NULL RETURNING connection_epoch`,
        [change.station_id, value],
      );
      if (!ready) return false;
      await tx.query(
        'UPDATE security_change SET told_epoch = coalesce(told_epoch, $2), asked_at = coalesce(asked_at, $3) WHERE change_id = $1',
        [change.change_id, ready.connection_epoch, this.now()],
      );
      return true;
    });
  }

  private async tell(change: ChangeRow, command: CheckedCommand): Promise<Told> {
    const { outcome, response } = await this.parts.commands.execute({
      tenantId: change.tenant_id,
      stationId: change.station_id,
      command,
      requestedBy: this.parts.telemetry.service,
      timeoutMs: this.parts.plan.timeoutMs,
      idempotencyKey: '',
    });
    if (outcome === 'refused-by-station') return 'refused';
    if (outcome !== 'answered') return outcome === 'timeout' ? 'unanswered' : 'away';
    const status = String((response as { status?: unknown } | null)?.status);
    if (status === 'RebootRequired') return 'reboot-required';
    return status === 'Accepted' ? 'accepted' : 'refused';
  }

  private goOn(change: ChangeRow, told: Told, problem: ChangeProblem): Promise<void> {
    if (told === 'refused') return this.end(change, 'rolled-back', problem);
    return told === 'away' || told === 'unanswered' ? this.again(change, TELL_AGAIN_MS) : this.step(change);
  }

  private async step(change: ChangeRow): Promise<void> {
    const next = stepAfter(change);
    const now = this.now();
    // What counts at the end is the connection after the last thing that the station was told.
    const keeps = next === 'reconnect';
    await this.parts.database.query(
      `UPDATE security_change SET step = $2, due_at = $3, asked_at = $4, told_epoch = CASE WHEN $5 THEN told_epoch END
        WHERE change_id = $1 AND state = 'open'`,
      [change.change_id, next, now, keeps ? now : null, keeps],
    );
  }

  private async again(change: ChangeRow, afterMs: number): Promise<void> {
    const at = new Date(Math.min(this.now().getTime() + afterMs, Math.max(change.deadline.getTime() + 1, this.now().getTime() + 1)));
    await this.parts.database.query(`UPDATE security_change SET due_at = $2 WHERE change_id = $1 AND state = 'open'`, [
      change.change_id,
      at,
    ]);
  }

  private giveUp(change: ChangeRow): Promise<void> {
    const told = change.asked_at !== null;
    if (!told) return this.end(change, 'rolled-back', 'not-reached');
    if (change.step === 'certificate') return this.end(change, 'rolled-back', 'no-certificate');
    return this.end(change, change.kind === 'rotate-key' ? 'unconfirmed' : 'rolled-back', 'not-seen');
  }

  private async end(change: ChangeRow, state: Exclude<ChangeState, 'open'>, problem: ChangeProblem | null = null): Promise<void> {
    const { database, telemetry } = this.parts;
    await database.asWorker(async (tx) => {
      await lockStations(tx, [change.station_id]);
      const [ended] = await tx.query(
        `UPDATE security_change SET state = $2, problem = $3, finished_at = $4, due_at = NULL, new_key = NULL
          WHERE change_id = $1 AND state = 'open' RETURNING 1`,
        [change.change_id, state, problem, this.now()],
      );
      if (ended) await this.settle(tx, change, state, problem);
    });
    this.counter.add(1, { kind: change.kind, outcome: problem ?? state });
    telemetry.logger[state === 'done' ? 'info' : 'warn']('station.security-change-ended', {
      tenant: change.tenant,
      station: change.identity,
      kind: change.kind,
      state,
      ...(problem !== null && { problem }),
    });
  }

  /** A key that the station refused is withdrawn; any other that was sent it may have taken. */
  private async settle(tx: Tx, change: ChangeRow, state: ChangeState, problem: ChangeProblem | null): Promise<void> {
    const { station_id: stationId, new_key_hash: keyHash, to_profile: profile, kind } = change;
    await tx.query(
      `UPDATE charging_station SET next_security_profile = NULL,
         next_password_hash = CASE WHEN $3 AND next_password_hash = $2 THEN NULL ELSE next_password_hash END
       WHERE station_id = $1`,
      [stationId, keyHash, problem === 'key-refused'],
    );
    if (state !== 'done' || kind !== 'raise-profile') return;
    await tx.query('UPDATE charging_station SET security_profile = greatest(security_profile, $2) WHERE station_id = $1', [
      stationId,
      profile,
    ]);
    await tellStations(tx, this.parts.outbox, [stationId], this.now());
  }

  private disconnect({ tenant, identity }: ChangeRow): void {
    const body: Revocation = { disconnect: true };
    this.parts.bus.publish(StationPathSubject.revoke(tenant, identity), JSON.stringify(body));
  }

  private now(): Date {
    return this.parts.clock.now();
  }
}

/** Whether the station has come back with what is new: a key is the station's from its first use on. */
function hasArrived({ kind, told_epoch, to_profile, new_key_hash }: ChangeRow, present: Present): boolean {
  if (kind === 'rotate-key') return present.password_hash === new_key_hash;
  const anew = told_epoch !== null && present.connection_epoch > told_epoch && present.open_epoch === present.connection_epoch;
  return anew && (present.connection_profile ?? 0) >= (to_profile ?? 0);
}
