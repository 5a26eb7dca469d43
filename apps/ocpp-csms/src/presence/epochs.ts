import type { Timers } from '@ampline/kernel-time';
import type { Database } from '@ampline/platform-postgres';
import { lockStations } from '../stations/station-state.js';
import { Gathered } from './gathered.js';
import { roundsByStation } from './rounds.js';

/** What a station was looked at by when it was let in. */
export interface Proof {
  stationId: string;
  passwordHash: string | null;
  registration: string;
}

/** Nothing if the password or the registration was changed since they were looked at. */
const NEXT = `
  UPDATE charging_station s SET connection_epoch = s.connection_epoch + 1, opening_since = clock_timestamp()
    FROM unnest($1::uuid[], $2::text[], $3::text[]) AS p (station_id, password_hash, registration)
   WHERE s.station_id = p.station_id AND s.password_hash IS NOT DISTINCT FROM p.password_hash AND s.registration = p.registration
  RETURNING s.station_id, s.connection_epoch`;
const MOST = 500;

/** Gives sockets their connection epochs, those of many stations in one commit: ten thousand reconnects are no ten thousand commits. */
export class Epochs {
  private readonly proofs: Gathered<Proof, number | undefined>;

  constructor(
    private readonly db: Database,
    timers: Timers,
  ) {
    this.proofs = new Gathered({ most: MOST, answer: (proofs) => this.raise(proofs), timers });
  }

  /** The epoch of a new connection; undefined when the proof no longer holds. */
  next(proof: Proof): Promise<number | undefined> {
    return this.proofs.ask(proof);
  }

  private async raise(proofs: readonly Proof[]): Promise<(number | undefined)[]> {
    const epochs = new Map<Proof, number>();
    for (const round of roundsByStation(proofs)) {
      const raised = await this.raiseEach(round);
      for (const proof of round) {
        const epoch = raised.get(proof.stationId);
        if (epoch !== undefined) epochs.set(proof, epoch);
      }
    }
    return proofs.map((proof) => epochs.get(proof));
  }

  private async raiseEach(proofs: readonly Proof[]): Promise<Map<string, number>> {
    const ids = proofs.map(({ stationId }) => stationId);
    const rows = await this.db.asWorker(async (tx) => {
      await lockStations(tx, ids);
      const params = [ids, proofs.map(({ passwordHash }) => passwordHash), proofs.map(({ registration }) => registration)];
      return tx.query<{ station_id: string; connection_epoch: bigint }>(NEXT, params);
    });
    return new Map(rows.map((row) => [row.station_id, Number(row.connection_epoch)]));
  }
}
