import { describe, expect, it } from '@jest/globals';
import { runCli } from './cli.js';

/** Runs the command line in a folder without an installation. */
async function run(...args: string[]) {
  const written = { out: '', err: '' };
  const code = await runCli(args, {
    env: {},
    cwd: '/nowhere',
    person: 'tester',
    now: () => new Date('2026-11-21T10:00:00Z'),
    out: (text) => (written.out += `${text}\n`),
    err: (text) => (written.err += `${text}\n`),
  });
  return { code, ...written };
}

/** Every command and group of commands, as words. */
async function commandsBelow(...path: string[]): Promise<string[][]> {
  const { out } = await run(...path, '--help');
  const section = /\nCommands:\n((?: {2}.*\n)+)/.exec(out)?.[1] ?? '';
  const names = [...section.matchAll(/^ {2}([a-z][a-z-]*)/gm)].map((match) => match[1] ?? '').filter((name) => name !== 'help');
  const below = await Promise.all(names.map((name) => commandsBelow(...path, name)));
  return names.flatMap((name, i) => [[...path, name], ...(below[i] ?? [])]);
}

describe('the command line', () => {
  it('explains every command', async () => {
    const commands = await commandsBelow();
    expect(commands.map((path) => path.join(' '))).toEqual(
      expect.arrayContaining(['status', 'tenants create', 'tokens groups update', 'stations messages', 'command', 'issues resolve']),
    );
    for (const path of commands) {
      const help = await run(...path, '--help');
      expect(help).toMatchObject({ code: 0, err: '' });
      expect(help.out).toMatch(new RegExp(`^Usage: ampline ${path.join(' ')} `));
    }
  });

  it.each([
    ['an unknown command', ['stationz']],
    ['an unknown option', ['stations', 'list', '--sort']],
    ['a missing argument', ['stations', 'show']],
    ['a missing option', ['start', 'EXT-001']],
    ['options that exclude each other', ['stations', 'list', '--online', '--offline']],
    ['a number that is none', ['stations', 'list', '--limit', 'ten']],
    ['a word that is none', ['sessions', 'list', '--status', 'gone']],
    ['a time without zone', ['sessions', 'list', '--from', '2026-11-01T10:00']],
    ['a payload that is no object', ['command', 'EXT-001', 'Reset', '[1]']],
    ['an EVSE without power', ['stations', 'create', 'X', '--location', 'L', '--evse', 'cType2']],
  ])('refuses %s with 2', async (_, args) => {
    const ended = await run(...args);
    expect(ended).toMatchObject({ code: 2, out: '' });
    expect(ended.err).toMatch(/^error: /);
  });

  it('ends with 3 when nothing runs', async () => {
    expect(await run('status')).toMatchObject({ code: 3, out: '' });
  });
});
