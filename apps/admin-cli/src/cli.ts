import { AppError } from '@ampline/kernel-errors';
import { grpcErrors } from '@ampline/platform-grpc';
import { Command, CommanderError } from 'commander';
import { auditCommands } from './commands/audit.js';
import { stationCommandCommands } from './commands/commands.js';
import { issueCommands } from './commands/issues.js';
import { projectionCommands } from './commands/projection.js';
import { sessionCommands } from './commands/sessions.js';
import { locationCommands, siteCommands } from './commands/sites.js';
import { stationCommands } from './commands/stations.js';
import { statusCommand } from './commands/status.js';
import { tenantCommands } from './commands/tenants.js';
import { tokenCommands } from './commands/tokens.js';
import { userCommands } from './commands/users.js';
import { cliErrors } from './errors.js';
import { several } from './parse.js';
import { Exit, type ExitingTerminal, type Terminal } from './run.js';
import { printable } from './table.js';

const AFTER_HELP = `
Works on the installation that \`npm start\` runs in this folder. For another one set AMPLINE_SECRET and AMPLINE_GRPC_URLS
(service=host:port, separated by commas). AMPLINE_TENANT stands for --tenant.

Exit codes: 0 done · 1 refused or failed · 2 wrong usage · 3 not reachable · 4 the station did not do it

Examples:
  npm run ampline -- status
  npm run ampline -- stations list --tenant demo
  npm run ampline -- start EXT-001 --tenant demo --evse 1 --token DEMO-OK-1
  npm run ampline -- sessions list --tenant demo --live`;

/** Runs the command line `argv` (without node and script) and returns the exit code. */
export async function runCli(argv: readonly string[], terminal: Terminal): Promise<number> {
  const result: { code: number } = { code: Exit.done };
  const program = build({ ...terminal, exit: (code) => (result.code = code) });
  try {
    await program.parseAsync([...argv], { from: 'user' });
    return result.code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? Exit.done : Exit.usage;
    if (!AppError.is(error)) throw error;
    terminal.err(sentence(error));
    return exitCode(error);
  }
}

function build(terminal: ExitingTerminal): Command {
  const program = new Command('ampline')
    .description(
      'Looks after an Ampline installation: tenants, users, id tokens, stations, sessions, commands, intake issues, the audit log.',
    )
    .option('--json', 'print JSON for machines')
    .option('--tenant <slug>', 'tenant to work on; not needed while there is only one')
    .option('--url <service=host:port>', 'where a service is; may be repeated', several)
    .option('--data <folder>', 'folder of the embedded installation; default: .data')
    .addHelpText('after', AFTER_HELP)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => terminal.out(text.trimEnd()),
      writeErr: (text) => terminal.err(text.trimEnd()),
    })
    .configureHelp({ showGlobalOptions: true })
    .showHelpAfterError('(--help tells more)');
  const groups = [
    statusCommand,
    tenantCommands,
    userCommands,
    tokenCommands,
    siteCommands,
    locationCommands,
    stationCommands,
    sessionCommands,
    stationCommandCommands,
    issueCommands,
    projectionCommands,
    auditCommands,
  ];
  for (const add of groups) add(program, terminal);
  return program;
}

const declarations = [...cliErrors.declarations, ...grpcErrors.declarations];

/** What went wrong, its code, and the way out. */
function sentence(thrown: AppError): string {
  const error = thrown.code.startsWith('grpc.') && thrown.kind === 'unavailable' ? unreachable(thrown) : thrown;
  const details = Object.entries(error.details ?? {})
    .filter(([name]) => name !== 'method')
    .map(([name, value]) => `${name}: ${String(value)}`);
  const told = details.length > 0 ? ` (${details.join('; ')})` : '';
  const mend = declarations.find(({ code }) => code === error.code)?.mend ?? 'docs/errors.md tells what to do about it.';
  return printable(`${withFullStop(error.message)}${told} ${mend} [${error.code}]`);
}

/** What libraries report often has none. */
function withFullStop(text: string): string {
  return text.endsWith('.') ? text : `${text}.`;
}

function unreachable(error: AppError): AppError {
  return cliErrors.serviceUnreachable({ call: error.details?.['method'] }, error);
}

function exitCode(error: AppError): number {
  if (error.kind === 'unavailable' || error.kind === 'timeout') return Exit.unreachable;
  return error.kind === 'invalid' && error.code.startsWith('cli.') ? Exit.usage : Exit.refused;
}
