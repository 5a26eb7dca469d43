import { IdTokenStateSchema, IdTokenStatus, IdTokenType, TokenGroupSchema, type IdTokenState, type TokenGroup } from '@ampline/contracts';
import type { Timestamp } from '@bufbuild/protobuf/wkt';
import { Option, type Command } from 'commander';
import { time, word, words } from '../format.js';
import { listOptions, moment, oneOf } from '../parse.js';
import { act, type ExitingTerminal, type ListOptions } from '../run.js';
import { rowSheet, type Column } from '../table.js';

/** OCPP 1.6 CiString20Type. */
const LONGEST_OCPP_16 = 20;

const COLUMNS: Column<IdTokenState>[] = [
  { title: 'TOKEN', cell: (token) => token.idToken },
  { title: 'TYPE', cell: (token) => word(IdTokenType, token.type) },
  { title: 'STATUS', cell: (token) => word(IdTokenStatus, token.status) },
  { title: 'EXPIRES', cell: (token) => time(token.expiresAt) },
  { title: 'GROUP', cell: (token) => token.groupToken },
  { title: 'CONCURRENT', cell: (token) => (token.allowConcurrent ? 'yes' : 'no') },
];

const GROUP_COLUMNS: Column<TokenGroup>[] = [
  { title: 'GROUP TOKEN', cell: (group) => group.groupToken },
  { title: 'NAME', cell: (group) => group.name },
  { title: 'ID', cell: (group) => group.groupId },
];

interface PutOptions {
  type?: IdTokenType;
  expires?: Timestamp;
  group?: string;
  concurrent?: boolean;
}

export function tokenCommands(program: Command, terminal: ExitingTerminal): void {
  const tokens = program.command('tokens').description('id tokens: cards, app users and contracts that may charge');

  listOptions(tokens.command('list'))
    .description('list the id tokens of a tenant')
    .addOption(new Option('--status <status>', words(IdTokenStatus).join(', ')).argParser(oneOf(IdTokenStatus)))
    .action(
      act<ListOptions & { status?: IdTokenStatus }>(terminal, async (run, options) => {
        const tenant = await run.platform.tenant();
        await run.list(options, {
          schema: IdTokenStateSchema,
          fetch: async (page) => {
            const answer = await run.platform.accounts.listIdTokens({ page, status: options.status ?? IdTokenStatus.UNSPECIFIED }, tenant);
            return { rows: answer.idTokens, page: answer.page };
          },
          columns: COLUMNS,
          none: 'No id tokens.',
        });
      }),
    );

  tokens
    .command('put <token>')
    .description('create an id token, or change the one of the same text; what is left out is taken away')
    .addOption(new Option('--type <type>', `${words(IdTokenType).join(', ')}; default: iso14443`).argParser(oneOf(IdTokenType)))
    .addOption(new Option('--expires <time>', 'not accepted from then on').argParser(moment))
    .option('--group <group>', 'group by id, name or group token')
    .option('--concurrent', 'more than one transaction at once')
    .addHelpText('after', '\nExample:\n  npm run ampline -- tokens put 04A2B9C1D22E80 --tenant demo --group FLEET-1 --expires 2027-12-31')
    .action(
      act<PutOptions>(terminal, async (run, options, idToken) => {
        const tenant = await run.platform.tenant();
        const { idToken: token } = await run.platform.accounts.putIdToken(
          {
            idToken,
            type: options.type ?? IdTokenType.UNSPECIFIED,
            ...(options.expires && { expiresAt: options.expires }),
            groupId: options.group === undefined ? '' : await run.platform.groupId(options.group, tenant),
            allowConcurrent: options.concurrent ?? false,
          },
          tenant,
        );
        if (!token) return;
        run.show(IdTokenStateSchema, token, sheetOf(token));
        if (token.idToken.length > LONGEST_OCPP_16) terminal.err('Longer than 20 characters: OCPP 1.6 stations cannot use this id token.');
      }),
    );

  for (const [verb, text, change] of [
    ['block', 'refuse an id token from now on', 'blockIdToken'],
    ['unblock', 'accept a blocked id token again', 'unblockIdToken'],
    ['remove', 'accept an id token no longer and list it no longer; what it was used for stays', 'removeIdToken'],
  ] as const) {
    tokens
      .command(`${verb} <token>`)
      .description(text)
      .action(
        act(terminal, async (run, _options, idToken) => {
          const answer = await run.platform.accounts[change]({ idToken }, await run.platform.tenant());
          if (answer.idToken) run.show(IdTokenStateSchema, answer.idToken, sheetOf(answer.idToken));
        }),
      );
  }

  groupCommands(tokens, terminal);
}

function groupCommands(tokens: Command, terminal: ExitingTerminal): void {
  const groups = tokens.command('groups').description('groups whose members may stop each other’s transactions');

  listOptions(groups.command('list'))
    .description('list the groups of a tenant')
    .action(
      act<ListOptions>(terminal, async (run, options) => {
        const tenant = await run.platform.tenant();
        await run.list(options, {
          schema: TokenGroupSchema,
          fetch: async (page) => {
            const answer = await run.platform.accounts.listTokenGroups({ page }, tenant);
            return { rows: answer.groups, page: answer.page };
          },
          columns: GROUP_COLUMNS,
          none: 'No groups.',
        });
      }),
    );

  groups
    .command('create <group-token> <name>')
    .description('create a group; stations know it by its group token (parentIdTag), at most 20 characters')
    .action(
      act(terminal, async (run, _options, groupToken, name) => {
        const { group } = await run.platform.accounts.createTokenGroup({ groupToken, name }, await run.platform.tenant());
        if (group) run.show(TokenGroupSchema, group, rowSheet(GROUP_COLUMNS, group));
      }),
    );

  groups
    .command('update <group> <group-token> <name>')
    .description('change a group, by id, name or group token; its members are told to the stations anew')
    .action(
      act(terminal, async (run, _options, group, groupToken, name) => {
        const tenant = await run.platform.tenant();
        const groupId = await run.platform.groupId(group, tenant);
        const answer = await run.platform.accounts.updateTokenGroup({ groupId, groupToken, name }, tenant);
        if (answer.group) run.show(TokenGroupSchema, answer.group, rowSheet(GROUP_COLUMNS, answer.group));
      }),
    );
}

function sheetOf(token: IdTokenState): [string, string][] {
  return [
    ['Id token', token.idToken],
    ['Type', word(IdTokenType, token.type)],
    ['Status', word(IdTokenStatus, token.status)],
    ['Expires', time(token.expiresAt)],
    ['Group', token.groupToken],
    ['Concurrent', token.allowConcurrent ? 'yes' : 'no'],
    ['Id', token.idTokenId],
    ['Version', String(token.version)],
  ];
}
