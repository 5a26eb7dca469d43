import { InviteUserResponseSchema, UserStateSchema, UserStatus, type UserState } from '@ampline/contracts';
import { Option, type Command } from 'commander';
import { time, word, words } from '../format.js';
import { listOptions, oneOf, several } from '../parse.js';
import { act, type ExitingTerminal, type ListOptions } from '../run.js';
import type { Column } from '../table.js';

const COLUMNS: Column<UserState>[] = [
  { title: 'E-MAIL', cell: (user) => user.email },
  { title: 'NAME', cell: (user) => user.name },
  { title: 'ROLES', cell: (user) => user.roles.join(', ') },
  { title: 'STATUS', cell: (user) => word(UserStatus, user.status) },
  { title: 'ID', cell: (user) => user.userId },
];

type ListUsersOptions = ListOptions & { search?: string; role?: string; status?: UserStatus };

interface InviteOptions {
  role: string[];
  locale: string;
}

export function userCommands(program: Command, terminal: ExitingTerminal): void {
  const users = program.command('users').description('people of a tenant who log in');

  listOptions(users.command('list'))
    .description('list the users of a tenant')
    .option('--search <text>', 'only those with this in their name or e-mail address')
    .option('--role <role>', 'only those with this role, such as operator')
    .addOption(new Option('--status <status>', words(UserStatus).join(', ')).argParser(oneOf(UserStatus)))
    .action(
      act<ListUsersOptions>(terminal, async (run, options) => {
        const tenant = await run.platform.tenant();
        const { search, role, status } = options;
        await run.list(options, {
          schema: UserStateSchema,
          fetch: async (page) => {
            const answer = await run.platform.people.listUsers({ page, search, role, status }, tenant);
            return { rows: answer.users, page: answer.page };
          },
          columns: COLUMNS,
          none: 'No users.',
        });
      }),
    );

  users
    .command('invite <email> <name>')
    .description('invite a person, and show the secret of the invitation once; it holds for seven days')
    .requiredOption('--role <role>', 'such as tenant-admin or operator; may be repeated', several)
    .addOption(new Option('--locale <language>', 'language of the person').choices(['de', 'en']).default('en'))
    .addHelpText(
      'after',
      '\nExample:\n  npm run ampline -- users invite ada@nordstrom.example "Ada Lovelace" --role tenant-admin --tenant nordstrom',
    )
    .action(
      act<InviteOptions>(terminal, async (run, { role: roles, locale }, email, name) => {
        const answer = await run.platform.people.inviteUser({ email, name, roles, locale }, await run.platform.tenant());
        const { user, invitation } = answer;
        if (!user || !invitation) return;
        const secret: [string, string][] = [
          ['Invitation', invitation.secret],
          ['Valid until', time(invitation.expiresAt)],
        ];
        run.show(InviteUserResponseSchema, answer, [...sheetOf(user), ...secret]);
      }),
    );

  for (const [verb, text, status] of [
    ['disable', 'refuse a user from now on, also one who is logged in', UserStatus.DISABLED],
    ['enable', 'let a disabled user in again', UserStatus.ACTIVE],
  ] as const) {
    users
      .command(`${verb} <user>`)
      .description(`${text}; by e-mail address or id`)
      .action(
        act(terminal, async (run, _options, name) => {
          const tenant = await run.platform.tenant();
          const userId = await run.platform.userId(name, tenant);
          const { user } = await run.platform.people.setUserStatus({ userId, status }, tenant);
          if (user) run.show(UserStateSchema, user, sheetOf(user));
        }),
      );
  }
}

function sheetOf(user: UserState): [string, string][] {
  return [
    ['E-mail', user.email],
    ['Name', user.name],
    ['Roles', user.roles.join(', ')],
    ['Status', word(UserStatus, user.status)],
    ['Id', user.userId],
  ];
}
