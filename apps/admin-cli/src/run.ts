import { toJson, type DescMessage, type MessageShape } from '@bufbuild/protobuf';
import { createTelemetry } from '@ampline/platform-telemetry';
import type { Command } from 'commander';
import { join } from 'node:path';
import { findInstallation } from './installation.js';
import { Platform, upTo, type Fetch } from './platform.js';
import { sheet, table, type Column } from './table.js';

/** Where a run of the program reads from and writes to. */
export interface Terminal {
  env: Readonly<Record<string, string | undefined>>;
  cwd: string;
  /** Name of the person at it. */
  person: string;
  now(): Date;
  out(text: string): void;
  err(text: string): void;
}

/** Options that every command takes. */
export interface GlobalOptions {
  json?: boolean;
  tenant?: string;
  url?: string[];
  data?: string;
}

/** What a command's process ends with. */
export const Exit = {
  done: 0,
  /** The platform refused or failed. */
  refused: 1,
  /** The command line was wrong. */
  usage: 2,
  /** The platform, or one of its services, cannot be reached. */
  unreachable: 3,
  /** The station was offline, did not answer or said no. */
  notCarriedOut: 4,
} as const;

/** Machines get every field, also those that are zero or empty. */
const WHOLE = { alwaysEmitImplicit: true };

/** Options of a list. */
export interface ListOptions {
  limit: number;
  all?: boolean;
}

/** A list as it is shown. */
export interface Listing<D extends DescMessage> {
  schema: D;
  fetch: Fetch<MessageShape<D>>;
  columns: readonly Column<MessageShape<D>>[];
  /** Said when there is nothing. */
  none: string;
}

/** One run of a command. */
export class Run {
  constructor(
    readonly platform: Platform,
    readonly terminal: Terminal,
    private readonly json: boolean,
  ) {}

  /** Shows the first rows of a list: as a table, or with --json as an array. */
  async list<D extends DescMessage>(o: ListOptions, listing: Listing<D>): Promise<void> {
    const { rows, more } = await upTo(o.all ? Number.MAX_SAFE_INTEGER : o.limit, listing.fetch);
    const json = rows.map((row) => toJson(listing.schema, row, WHOLE));
    this.print(json, table(listing.columns, rows, listing.none));
    if (more) this.terminal.err(`There are more than these ${rows.length}: --limit <number>, or --all.`);
  }

  /** Shows one thing: as names and values, or with --json as it came. */
  show<D extends DescMessage>(schema: D, message: MessageShape<D>, entries: readonly (readonly [string, string])[]): void {
    this.print(toJson(schema, message, WHOLE), sheet(entries));
  }

  /** Shows a value: with --json itself, else what it says to a person. */
  print(json: unknown, text: string): void {
    this.terminal.out(this.json ? JSON.stringify(json, null, 2) : text);
  }
}

/**
 * The action of a command: opens the platform, runs `body` with the command's arguments and options, and closes it. What `body`
 * returns is the exit code.
 */
export function act<O extends object>(
  terminal: Terminal & { exit(code: number): void },
  body: (run: Run, options: O, ...args: string[]) => Promise<number | void>,
): (...given: unknown[]) => Promise<void> {
  return async (...given) => {
    const command = given.at(-1) as Command;
    const options = command.optsWithGlobals<O & GlobalOptions>();
    const dataFolder = options.data ?? join(terminal.cwd, '.data');
    const installation = findInstallation({ env: terminal.env, dataFolder, urls: options.url ?? [] });
    const telemetry = createTelemetry({ service: 'admin-cli', logLevel: 'error' });
    const platform = new Platform(
      installation,
      `admin-cli/${terminal.person}`,
      telemetry,
      options.tenant ?? terminal.env['AMPLINE_TENANT'],
    );
    try {
      const args = command.processedArgs as string[];
      terminal.exit((await body(new Run(platform, terminal, options.json ?? false), options, ...args)) ?? Exit.done);
    } finally {
      platform.close();
      await telemetry.shutdown();
    }
  };
}

/** A terminal that keeps the exit code of its command. */
export type ExitingTerminal = Parameters<typeof act>[0];
