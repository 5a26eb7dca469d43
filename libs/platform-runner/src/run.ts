import { parseArgs } from 'node:util';
import { AppError, type ErrorDeclaration } from '@ampline/kernel-errors';
import { systemClock } from '@ampline/kernel-time';
import { migrateJobs } from '@ampline/platform-jobs';
import { migrateService } from '@ampline/platform-postgres';
import { createLogger } from '@ampline/platform-telemetry';
import { runnerErrors } from './errors.js';
import { baseConfig, derivedPassword, installationConfig } from './installation.js';
import { operate, OPERATION_OPTIONS, operationOf } from './operations.js';
import { OpsServer } from './ops-server.js';
import type { AnyServiceDefinition } from './service-definition.js';
import { readConfig, startServices, stopServices, type Environment } from './start-service.js';

const HELP = `Usage: node main.js [options]

  --target=NAMES   which services to start, separated by commas; default: all of this program
  --migrate        bring the databases of these services up to date (needs AMPLINE_DATABASE_ADMIN_URL), then exit
  --check-config   read the configuration, report every problem, exit
  --print-config   print the configuration in force, secrets hidden, exit
  --help           this text

Operations, beside the running replicas (docs/operations/facts.md):
  --parked                           list the facts that these services could not apply
  --replay-parked [--fact=ID]        apply them again: all, or those of the entity of one fact
  --skip-parked --fact=ID            leave one of them out for good
  --replay-facts --from=T [--to=T]   publish again what these services told in that time (ISO 8601)
  --rebuild                          read anew what these services keep of others' data

Variables: docs/configuration.md
`;

/** Options of the command line, for `parseArgs`. */
export const RUN_OPTIONS = {
  target: { type: 'string' },
  migrate: { type: 'boolean' },
  'check-config': { type: 'boolean' },
  'print-config': { type: 'boolean' },
  help: { type: 'boolean' },
  ...OPERATION_OPTIONS,
} as const;

/** The services that `--target` names. Throws `runner.unknown-target`. */
export function selectTargets(definitions: readonly AnyServiceDefinition[], target = 'all'): AnyServiceDefinition[] {
  if (target === 'all') return [...definitions];
  const names = target.split(',');
  const unknown = names.filter((name) => !definitions.some((d) => d.name === name));
  if (unknown.length > 0) throw runnerErrors.unknownTarget({ unknown, known: definitions.map((d) => d.name) });
  return definitions.filter((d) => names.includes(d.name));
}

/** Creates roles and schemas of these services and applies their migrations. Safe to run twice, and by two at once. */
export async function migrateServices(definitions: readonly AnyServiceDefinition[], env: Environment): Promise<void> {
  const { installation, services } = readConfig(definitions, env);
  const adminUrl = installation.databaseAdminUrl;
  if (!adminUrl) throw runnerErrors.configInvalid({ problems: ['AMPLINE_DATABASE_ADMIN_URL: is not set, and --migrate needs it'] });
  for (const { definition, base } of services) {
    if (!definition.database) continue;
    const { schema, migrations, jobs } = definition.database;
    const password = {
      app: base.databaseAppPassword ?? derivedPassword(installation.secret, `postgres:${schema}_app`),
      worker: base.databaseWorkerPassword ?? derivedPassword(installation.secret, `postgres:${schema}_worker`),
    };
    await migrateService({ adminUrl, schema, migrations, password });
    if (jobs) await migrateJobs({ adminUrl, schema });
  }
}

/** What is wrong, and the way out, for the person at the terminal. `declarations` add the errors of parts that the runner does not know. */
export function sentence(error: unknown, declarations: readonly ErrorDeclaration[] = []): string {
  if (!AppError.is(error)) return error instanceof Error ? error.message : String(error);
  const mend = [...runnerErrors.declarations, ...declarations].find((d) => d.code === error.code)?.mend;
  const details = Object.values(error.details ?? {})
    .flat()
    .join('; ');
  return [`${error.message}${details ? ` (${details})` : ''}`, ...(mend ? [mend] : [])].join(' ');
}

function printConfig(definitions: readonly AnyServiceDefinition[], env: Environment): string {
  const { installation, services } = readConfig(definitions, env);
  const lines = services.flatMap(({ definition, own, base }) => [
    ...definition.config.redacted(own),
    ...baseConfig(definition).redacted(base),
  ]);
  return [...installationConfig.redacted(installation), ...lines].join('\n') + '\n';
}

/**
 * The entry point of a program that holds these services: reads arguments and environment, starts, serves probes and metrics, and stops
 * in order on SIGTERM or SIGINT. Ends the process with 1 and one sentence when it cannot start.
 */
export async function run(definitions: readonly AnyServiceDefinition[], argv: readonly string[] = process.argv.slice(2)): Promise<void> {
  const env: Environment = process.env;
  try {
    const { values } = parseArgs({
      args: [...argv],
      options: RUN_OPTIONS,
    });
    if (values.help) return void process.stdout.write(HELP);
    const chosen = selectTargets(definitions, values.target);
    if (values['check-config']) {
      readConfig(chosen, env);
      return void process.stdout.write('The configuration is good.\n');
    }
    if (values['print-config']) return void process.stdout.write(printConfig(chosen, env));
    if (values.migrate) return await migrateServices(chosen, env);
    const operation = operationOf(values, systemClock.now());
    if (operation) return await operate(chosen, env, operation, (line) => void process.stdout.write(`${line}\n`));
    await serve(chosen, env);
  } catch (error) {
    process.stderr.write(
      `ampline: ${sentence(
        error,
        definitions.flatMap((d) => d.errors),
      )}\n`,
    );
    process.exitCode = 1;
    // Handles that a failed start left behind must not keep a dead program alive.
    setImmediate(() => process.exit(1));
  }
}

async function serve(definitions: readonly AnyServiceDefinition[], env: Environment): Promise<void> {
  const { installation } = readConfig(definitions, env);
  const logger = createLogger({ service: 'runner', level: installation.logLevel });
  const running = await startServices(definitions, env);
  const ops = new OpsServer(() => running);
  const port = await ops.listen(installation.host, installation.opsPort);
  logger.info('runner.ready', { services: running.map((service) => service.name), opsPort: port });
  const stop = async (signal: string) => {
    logger.info('runner.stopping', { signal });
    await stopServices(running);
    await ops.close();
    logger.info('runner.stopped', { signal });
    process.exit(0);
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => void stop(signal));
  }
  process.on('unhandledRejection', (reason) => {
    logger.error('runner.unhandled-rejection', {}, reason);
    process.exit(1);
  });
}
