import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { ErrorDeclaration } from '@ampline/kernel-errors';
import { systemClock } from '@ampline/kernel-time';
import { busErrors } from '@ampline/platform-nats';
import { operationOf, run, RUN_OPTIONS, selectTargets, sentence, type Environment } from '@ampline/platform-runner';
import { directoryErrors, natsErrors, portErrors, postgresErrors } from '@ampline/platform-testing';
import { DataFolder } from './data-folder.js';
import { DEMO, EXTERNAL_PASSWORD, USER_PASSWORD } from './demo/demo-data.js';
import { startDemo } from './demo/demo.js';
import { isHeldByAnother } from './embedded-parts.js';
import { Ending } from './ending.js';
import { launcherErrors } from './errors.js';
import { startInstallation, type Installation } from './installation.js';
import { services, servicesOf } from './registry.js';

const HELP = `Usage: npm start -- [options]

  --reset          throw all data of this folder away and start over
  --no-demo        no demo data, no simulated stations
  --target=NAMES   only these services, separated by commas, on a database and bus that are configured (docs/configuration.md)
  --data=FOLDER    where to keep data; default: .data
  --help           this text
`;

/** Ports at which stations send and fetch files; whoever does not want them sets 0. */
const STATION_FILES = { OCPP_CSMS_FILES_HTTP_PORT: '9223', OCPP_CSMS_FILES_FTP_PORT: '9224' };

const declarations: ErrorDeclaration[] = [
  ...[launcherErrors, directoryErrors, natsErrors, portErrors, postgresErrors, busErrors].flatMap((e) => e.declarations),
  ...services.flatMap((service) => service.errors),
];

/** The launcher: everything in one process, on parts of its own where none are configured. */
export async function launch(argv: readonly string[], env: Environment, root: string): Promise<void> {
  try {
    const { values } = parseArgs({
      args: [...argv],
      options: {
        reset: { type: 'boolean' },
        'no-demo': { type: 'boolean' },
        data: { type: 'string' },
        ...RUN_OPTIONS,
      },
    });
    if (values.help) return void process.stdout.write(HELP);
    const chosen = selectTargets(services, values.target);
    if (values.target || values.migrate || values['check-config'] || values['print-config'] || operationOf(values, systemClock.now())) {
      return await run(
        chosen,
        argv.filter((arg) => !arg.startsWith('--target')),
      );
    }
    await serve({ dataDir: values.data ?? join(root, '.data'), reset: values.reset ?? false, demo: !values['no-demo'], env });
  } catch (error) {
    const told = isHeldByAnother(error)
      ? launcherErrors.alreadyRunning(error.details, error)
      : isWrongUsage(error)
        ? launcherErrors.wrongUsage({ problem: error.message }, error)
        : error;
    process.stderr.write(`\nAmpline could not start: ${sentence(told, declarations)}\n`);
    process.exit(1);
  }
}

/** What `parseArgs` refuses: an unknown option, one that lacks its value. */
function isWrongUsage(error: unknown): error is Error {
  return error instanceof TypeError && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS_');
}

async function serve(o: { dataDir: string; reset: boolean; demo: boolean; env: Environment }): Promise<void> {
  const begun = performance.now();
  const elapsed = () => `${((performance.now() - begun) / 1_000).toFixed(1)} s`;
  const say = (line: string) => process.stdout.write(`${line}\n`);
  const ending = new Ending(say);
  const step = (what: string) => {
    ending.check();
    say(`· ${elapsed().padStart(6)}  ${what}`);
  };
  try {
    if (o.reset) {
      step('throwing the old data away');
      await new DataFolder(o.dataDir).reset();
    }
    // Logs of the services are for operators; at the terminal of a first start they would bury the addresses.
    const env = { AMPLINE_LOG_LEVEL: 'warn', ...STATION_FILES, ...(o.demo && { IDENTITY_DEMO_CLIENT: 'true' }), ...o.env };
    const installation = await startInstallation({ definitions: servicesOf(env), dataDir: o.dataDir, env, onStep: step });
    ending.add(() => installation.stop());
    endWithParts(installation, ending);
    const demo = o.demo ? await startDemo(installation, step) : undefined;
    if (demo) ending.add(() => demo.stop());
    ending.started();
    say(welcome(installation, o.demo, elapsed()));
  } catch (error) {
    await ending.undo();
    throw error;
  }
}

/** A platform whose database or bus has died for good is of no use: it ends, and says which log tells why. */
function endWithParts(installation: Installation, ending: Ending): void {
  for (const part of [installation.parts.postgres, installation.parts.nats]) {
    void part?.crashed.then(() => {
      process.stderr.write(`${sentence(launcherErrors.partEnded({ log: part.logFile }), declarations)}\n`);
      ending.ask(1);
    });
  }
}

function welcome(installation: Installation, demo: boolean, elapsed: string): string {
  const { ocppUrl, ocppTlsUrl, publicUrl, issuer } = installation;
  const rows: [string, string][] = [
    ['console', `${publicUrl}/console`],
    ['GraphQL', `${publicUrl}/graphql`],
    ...(issuer === undefined ? [] : [['identity', issuer] satisfies [string, string]]),
    ['OCPP 1.6J', `${ocppUrl}/<tenant>/<station>  or  ${ocppUrl}/<station>`],
    ...(ocppTlsUrl === undefined ? [] : [['OCPP by TLS', `${ocppTlsUrl}/<tenant>/<station>`] satisfies [string, string]]),
    ...Object.entries(installation.grpc).map(([name, url]): [string, string] => [`gRPC ${name}`, url]),
    ['metrics, probes', `http://127.0.0.1:${installation.opsPort}/metrics  /readyz  /livez`],
  ];
  const { postgres, nats } = installation.parts;
  if (postgres) rows.push(['PostgreSQL', `127.0.0.1:${postgres.port} (log: ${postgres.logFile})`]);
  if (nats) rows.push(['NATS', `${nats.url} (log: ${nats.logFile})`]);
  const width = Math.max(...rows.map(([name]) => name.length)) + 2;
  const table = rows.map(([name, value]) => `  ${name.padEnd(width)}${value}`).join('\n');
  return `
Ampline is ready (${elapsed}).

${table}
${demo ? ofTheDemo(installation) : ''}
Look around from a second terminal:
  npm run ampline -- stations list --tenant demo
  npm run ampline -- sessions list --tenant demo --live
  npm run ampline -- --help

Ctrl-C stops everything; the data stays. \`npm start -- --reset\` starts over.`;
}

function ofTheDemo({ ocppUrl, publicUrl, issuer }: Installation): string {
  const users = DEMO.flatMap(({ slug, users }) => users.map(({ email }) => `${slug}/${email}`));
  return `
Log in (every password: ${USER_PASSWORD}):
${users.map((user) => `  ${user}`).join('\n')}
Or by curl; a token for the API:
  curl -s ${issuer ?? ''}/protocol/openid-connect/token -d grant_type=password -d client_id=ampline-cli \\
    -d username=${users[0] ?? ''} -d password=${USER_PASSWORD}
  curl -s ${publicUrl}/graphql -H 'authorization: Bearer <access_token>' -H 'content-type: application/json' -d '{"query":"{ viewer { name } }"}'

Connect a charging station or an OCPP client of your own:
  ${ocppUrl}/demo/EXT-001   subprotocol ocpp1.6, Basic user EXT-001, password ${EXTERNAL_PASSWORD} (EXT-001 … EXT-010)
  id tokens: DEMO-OK-1, DEMO-OK-2 (one group), DEMO-FLEET, DEMO-BLOCKED, DEMO-EXPIRED
`;
}
