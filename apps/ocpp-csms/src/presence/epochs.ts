import type { Timers } from '@ampline/kernel-time';
import type { Database } from '@ampline/platform-postgres';
import { Gathered } from './gathered.js';
import { roundsByStation } from './rounds.js';
import type { Proof, Provable } from './station-proof.js';

/** A station as it was looked at when it was let in, and what its connection has proved. */
export interface LetIn {
  stationId: string;
  station: Provable & { registration: string };
  proof: Proof;
}

export interface NewConnection {
  epoch: number;
  /** No other connection of the station is open, or may be about to be reported open. */
  alone: boolean;
}

/** Locks the rows. */
const BEFORE = `
  SELECT station_id, NOT online AND opening_since IS NULL AS alone FROM charging_station WHERE station_id = ANY($1)
   ORDER BY station_id FOR NO KEY UPDATE`;
/** Nothing if what was looked at has changed since. A password that was to follow and is used now takes the place of the one before. */
const NEXT = `
  UPDATE charging_station s SET connection_epoch = s.connection_epoch + 1, opening_since = clock_timestamp(),
         password_hash = CASE WHEN p.by_next THEN s.next_password_hash ELSE s.password_hash END,
         next_password_hash = CASE WHEN p.by_next THEN NULL ELSE s.next_password_hash END,
         connection_profile = p.proven_profile, connection_certificate = p.certificate
    FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::int[], $6::int[], $7::boolean[], $8::int[], $9::text[])
      AS p (station_id, password_hash, next_password_hash, registration, profile, next_profile, by_next, proven_profile, certificate)
   WHERE s.station_id = p.station_id AND s.password_hash IS NOT DISTINCT FROM p.password_hash AND s.registration = p.registration
     AND s.next_password_hash IS NOT DISTINCT FROM p.next_password_hash AND s.security_profile = p.profile
     AND s.next_security_profile IS NOT DISTINCT FROM p.next_profile
  RETURNING s.station_id, s.connection_epoch`;
const MOST = 500;

/** Gives sockets their connection epochs, those of many stations in one commit: ten thousand reconnects are no ten thousand commits. */
export class Epochs {
  private readonly letIn: Gathered<LetIn, NewConnection | undefined>;

  constructor(
    private readonly db: Database,
    timers: Timers,
  ) {
    this.letIn = new Gathered({ most: MOST, answer: (letIn) => this.raise(letIn), timers });
  }

  /** Undefined when the station is no longer as it was looked at. */
  next(letIn: LetIn): Promise<NewConnection | undefined> {
    return this.letIn.ask(letIn);
  }

  private async raise(all: readonly LetIn[]): Promise<(NewConnection | undefined)[]> {
    const connections = new Map<LetIn, NewConnection>();
    for (const round of roundsByStation(all)) {
      const raised = await this.raiseEach(round);
      for (const one of round) {
        const connection = raised.get(one.stationId);
        if (connection !== undefined) connections.set(one, connection);
      }
    }
    return all.map((one) => connections.get(one));
  }

  private async raiseEach(round: readonly LetIn[]): Promise<Map<string, NewConnection>> {
    const ids = round.map(({ stationId }) => stationId);
    return this.db.asWorker(async (tx) => {
      const before = await tx.prepared<{ station_id: string; alone: boolean }>(BEFORE, [ids]);
      const alone = new Set(before.filter((row) => row.alone).map((row) => row.station_id));
      const rows = await tx.prepared<{ station_id: string; connection_epoch: bigint }>(NEXT, [
        ids,
        round.map(({ station }) => station.password_hash),
        round.map(({ station }) => station.next_password_hash),
        round.map(({ station }) => station.registration),
        round.map(({ station }) => station.security_profile),
        round.map(({ station }) => station.next_security_profile),
        round.map(({ proof }) => proof.byNextPassword),
        round.map(({ proof }) => proof.profile),
        round.map(({ proof }) => proof.certificateSha256 ?? null),
      ]);
      return new Map(rows.map((row) => [row.station_id, { epoch: Number(row.connection_epoch), alone: alone.has(row.station_id) }]));
    });
  }
}
