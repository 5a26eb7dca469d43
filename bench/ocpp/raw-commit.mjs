import { randomUUID } from 'node:crypto';
import pg from 'pg';

const SCHEMA = 'bench_raw';
const SETUP = `
  DROP SCHEMA IF EXISTS ${SCHEMA} CASCADE;
  CREATE SCHEMA ${SCHEMA};
  CREATE TABLE ${SCHEMA}.message (LIKE csms.ocpp_message INCLUDING DEFAULTS INCLUDING INDEXES);
  CREATE TABLE ${SCHEMA}.value (LIKE csms.meter_value INCLUDING DEFAULTS INCLUDING INDEXES);`;

/** The archived message and its meter value, one statement, one commit. */
const INSERT = {
  name: 'bench-raw',
  text: `
    WITH message AS (
      INSERT INTO ${SCHEMA}.message (received_at, message_uuid, tenant_id, station_id, epoch, direction, action, message_id, request_frame,
                                     response_frame, result, answered_at)
      SELECT now(), id, $2, $2, 1, 'from-station', 'MeterValues', 'm', frame, '[3,"m",{}]', 'ok', now() FROM unnest($1::uuid[], $3::text[]) AS m (id, frame)
      RETURNING message_uuid
    )
    INSERT INTO ${SCHEMA}.value (received_at, message_uuid, ordinal, tenant_id, station_id, connector_number, taken_raw, register_wh, samples)
    SELECT now(), id, 0, $2, $2, 1, '2026-01-01T00:00:00Z', 1, sample FROM unnest($1::uuid[], $4::jsonb[]) AS v (id, sample)`,
};

/** What the database alone can do: rows of the same size, in batches of the same size, as many commits at once. */
export class RawCommit {
  #clients;

  constructor(clients) {
    this.#clients = clients;
  }

  static async open(url, inFlight) {
    const clients = await Promise.all(
      Array.from({ length: inFlight }, async () => {
        const client = new pg.Client({ connectionString: url });
        await client.connect();
        return client;
      }),
    );
    await clients[0].query(SETUP);
    return new RawCommit(clients);
  }

  /** @returns how many messages were made durable */
  async run({ batch, frame, samples, lastsMs }) {
    const until = performance.now() + lastsMs;
    const begun = performance.now();
    const owner = randomUUID();
    const frames = Array(batch).fill(frame);
    const values = Array(batch).fill(samples);
    const counts = await Promise.all(
      this.#clients.map(async (client) => {
        let messages = 0;
        while (performance.now() < until) {
          const ids = Array.from({ length: batch }, () => randomUUID());
          await client.query({ ...INSERT, values: [ids, owner, frames, values] });
          messages += batch;
        }
        return messages;
      }),
    );
    return { messages: counts.reduce((a, b) => a + b), wallMs: performance.now() - begun };
  }

  async close() {
    await this.#clients[0].query(`DROP SCHEMA ${SCHEMA} CASCADE`);
    await Promise.all(this.#clients.map((client) => client.end()));
  }
}
