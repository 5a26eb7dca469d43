import type { Clock } from '@ampline/kernel-time';
import type { Outbox } from '@ampline/platform-outbox';
import type { Database } from '@ampline/platform-postgres';
import type { Telemetry } from '@ampline/platform-telemetry';
import { quirksOf } from '@ampline/protocol-ocpp';
import type { BackgroundPart } from '../background-part.js';
import { tellStations } from '../stations/station-state.js';
import { quirksInForce } from './quirks-in-force.js';

interface Make {
  vendor: string;
  model: string;
  firmware: string;
}

const STATIONS_AT_ONCE = 500;
const MAKES = `
  SELECT DISTINCT coalesce(vendor, '') AS vendor, coalesce(model, '') AS model, coalesce(firmware_version, '') AS firmware FROM charging_station`;
const OF_MAKE = `coalesce(vendor, '') = $2 AND coalesce(model, '') = $3 AND coalesce(firmware_version, '') = $4`;
/** Row locks in one order, as everywhere. */
const RESTATE = `
  WITH due AS (
    SELECT station_id FROM charging_station WHERE ${OF_MAKE} AND quirks <> ${quirksInForce('$1')}
     ORDER BY station_id LIMIT ${STATIONS_AT_ONCE} FOR NO KEY UPDATE)
  UPDATE charging_station s SET quirks = ${quirksInForce('$1')} FROM due WHERE s.station_id = due.station_id RETURNING s.station_id`;

/** At the start of a version with another catalogue, stations get what it says before their next boot. */
export class CatalogueRestatement implements BackgroundPart {
  private restating: Promise<void> = Promise.resolve();
  private stopping = false;

  constructor(
    private readonly database: Database,
    private readonly outbox: Outbox,
    private readonly clock: Clock,
    private readonly telemetry: Telemetry,
  ) {}

  /** Does not hold the start up: until a station is restated, what was in force is. */
  start(): void {
    this.restating = this.restate().catch((error: unknown) => this.telemetry.logger.warn('quirks.not-restated', {}, error));
  }

  async stop(): Promise<void> {
    this.stopping = true;
    await this.restating;
  }

  private async restate(): Promise<void> {
    for (const make of await this.database.query<Make>(MAKES)) {
      let restated: number;
      do restated = await this.restateSome(make);
      while (restated === STATIONS_AT_ONCE && !this.stopping);
      if (this.stopping) return;
    }
  }

  private restateSome(make: Make): Promise<number> {
    return this.database.asWorker(async (tx) => {
      const params = [quirksOf(make), make.vendor, make.model, make.firmware];
      const rows = await tx.query<{ station_id: string }>(RESTATE, params);
      const stationIds = rows.map((row) => row.station_id);
      if (stationIds.length > 0) await tellStations(tx, this.outbox, stationIds, this.clock.now());
      return stationIds.length;
    });
  }
}
