import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { GRPC_PORTS } from '@ampline/contracts';
import { cliErrors } from './errors.js';

/** How the services of an installation are reached. */
export interface Installation {
  /** Signs our tokens. */
  secret: string;
  /** `host:port` by service. */
  urls: ReadonlyMap<string, string>;
}

export interface InstallationSources {
  env: Readonly<Record<string, string | undefined>>;
  /** Folder of the embedded installation: `installation.json` lies in it. */
  dataFolder: string;
  /** `service=host:port`, as given on the command line. */
  urls: readonly string[];
}

/**
 * The installation that the environment names (AMPLINE_SECRET, AMPLINE_GRPC_URLS), else the one that `npm start` wrote down.
 * Throws `cli.not-running`.
 */
export function findInstallation({ env, dataFolder, urls }: InstallationSources): Installation {
  const named = [...(env['AMPLINE_GRPC_URLS'] ?? '').split(','), ...urls].filter((entry) => entry !== '').map(parseUrl);
  const secret = env['AMPLINE_SECRET'];
  if (secret) {
    const defaults = Object.entries(GRPC_PORTS).map(([service, port]) => [service, `127.0.0.1:${port}`] as const);
    return { secret, urls: new Map([...defaults, ...named]) };
  }
  const written = readFile(join(dataFolder, 'installation.json'));
  return { secret: written.secret, urls: new Map([...Object.entries(written.grpc), ...named]) };
}

function readFile(file: string): { secret: string; grpc: Record<string, string> } {
  if (!existsSync(file)) throw cliErrors.notRunning();
  const content = parse(readFileSync(file, 'utf8'));
  if (!isInstallation(content)) throw cliErrors.installationUnreadable({ file });
  if (Object.keys(content.grpc).length === 0) throw cliErrors.notRunning();
  return content;
}

function isInstallation(content: unknown): content is { secret: string; grpc: Record<string, string> } {
  if (typeof content !== 'object' || content === null || !('secret' in content) || !('grpc' in content)) return false;
  return typeof content.secret === 'string' && typeof content.grpc === 'object' && content.grpc !== null;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw cliErrors.installationUnreadable(undefined, cause);
  }
}

function parseUrl(entry: string): readonly [string, string] {
  const [service, url] = entry.split('=', 2);
  if (!service || !url) throw cliErrors.argumentInvalid({ expected: 'service=host:port', got: entry });
  return [service, url];
}
