import { pathToFileURL } from 'node:url';
import { AppError } from '@ampline/kernel-errors';
import type { AnyServiceDefinition, Environment } from '@ampline/platform-runner';
import { EmbeddedPostgres, type EmbeddedNats } from '@ampline/platform-testing';
import { Client } from 'pg';
import type { DataFolder, InstallationFile } from './data-folder.js';
import { EmbeddedBus } from './embedded-bus.js';

/** Database and bus of our own where none is configured. */
export interface EmbeddedParts {
  /** Variables for the services: the given ones, and addresses of what was started. */
  env: Environment;
  postgres?: EmbeddedPostgres;
  nats?: EmbeddedNats;
  stop(): Promise<void>;
}

export interface EmbeddedOptions {
  /** A crash of the machine may cost data: only for tests. */
  fsync?: boolean;
}

const DATABASE = 'ampline';
/** One server for all services of one process: the sum of their pools, and room for tools. */
const SETTINGS = { max_connections: '150', shared_buffers: '128MB', wal_compression: 'on', max_wal_size: '2GB' };

/** Starts what `env` does not name. */
export async function startEmbeddedParts(
  definitions: readonly AnyServiceDefinition[],
  folder: DataFolder,
  installation: InstallationFile,
  env: Environment,
  o: EmbeddedOptions = {},
): Promise<EmbeddedParts> {
  const secret = env['AMPLINE_SECRET'] ?? installation.secret;
  const stops: (() => Promise<void>)[] = [];
  const stop = async () => {
    for (const step of stops.splice(0).reverse()) await step();
  };
  try {
    // Both are waited for, whatever becomes of one: a server that is still starting when we give up could not be stopped.
    const [postgres, nats] = await bothOrNeither([
      env['AMPLINE_DATABASE_URL']
        ? undefined
        : keep(stops, EmbeddedPostgres.start({ dir: folder.postgres, settings: SETTINGS, ...(o.fsync === false ? { fsync: false } : {}) })),
      env['AMPLINE_NATS_URL'] ? undefined : keep(stops, EmbeddedBus.start({ definitions, secret, dir: folder.nats, env })),
    ]);
    if (postgres) await createDatabase(postgres.adminUrl);
    const parts: Record<string, string> = {
      AMPLINE_SECRET: secret,
      AMPLINE_OBJECT_STORE_URL: env['AMPLINE_OBJECT_STORE_URL'] ?? pathToFileURL(folder.objects).href,
      ...(postgres
        ? { AMPLINE_DATABASE_URL: `postgresql://127.0.0.1:${postgres.port}/${DATABASE}`, AMPLINE_DATABASE_ADMIN_URL: adminUrl(postgres) }
        : {}),
      ...(nats ? { AMPLINE_NATS_URL: nats.server.url, OCPP_CSMS_BUS_ACCOUNTS_FILE: nats.accountsFile } : {}),
    };
    return { env: { ...env, ...parts }, ...(postgres ? { postgres } : {}), ...(nats ? { nats: nats.server } : {}), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function bothOrNeither<A, B>(starting: [A | Promise<A>, B | Promise<B>]): Promise<[A, B]> {
  await Promise.allSettled(starting);
  return Promise.all(starting);
}

async function keep<T extends { stop(): Promise<void> }>(stops: (() => Promise<void>)[], starting: Promise<T>): Promise<T> {
  const part = await starting;
  stops.push(() => part.stop());
  return part;
}

function adminUrl(postgres: EmbeddedPostgres): string {
  const url = new URL(postgres.adminUrl);
  url.pathname = `/${DATABASE}`;
  return url.href;
}

async function createDatabase(url: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    const { rowCount } = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [DATABASE]);
    if (!rowCount) await client.query(`CREATE DATABASE ${DATABASE}`);
  } finally {
    await client.end();
  }
}

/** True when an embedded part is held by a launcher that lives. */
export function isHeldByAnother(error: unknown): error is AppError {
  return AppError.is(error, 'testing.directory.in-use');
}
