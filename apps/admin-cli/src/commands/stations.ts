import { randomInt } from 'node:crypto';
import { RegistrationStatus, StationStateSchema, type StationState } from '@ampline/contracts';
import { InvalidArgumentError, Option, type Command } from 'commander';
import { power, time, word } from '../format.js';
import { listOptions } from '../parse.js';
import { act, type ExitingTerminal, type ListOptions } from '../run.js';
import { joined, type Column } from '../table.js';
import { messagesCommand } from './messages.js';

const COLUMNS: Column<StationState>[] = [
  { title: 'STATION', cell: (station) => station.identity },
  { title: 'ONLINE', cell: (station) => (station.online ? 'yes' : 'no') },
  { title: 'REGISTRATION', cell: (station) => word(RegistrationStatus, station.registration) },
  { title: 'CONNECTORS', cell: connectors },
  { title: 'MODEL', cell: (station) => joined(' ', station.vendor, station.model) },
  { title: 'LAST SEEN', cell: (station) => time(station.lastSeenAt) },
];

interface NewEvse {
  type: string;
  maxPowerW: bigint;
}

const DEFAULT_EVSES: NewEvse[] = [{ type: 'cType2', maxPowerW: 22_000n }];

interface CreateOptions {
  location: string;
  evse?: NewEvse[];
  password?: string;
  vendor?: string;
  model?: string;
}

interface StationListOptions extends ListOptions {
  site?: string;
  search?: string;
  online?: boolean;
  offline?: boolean;
}

export function stationCommands(program: Command, terminal: ExitingTerminal): void {
  const stations = program.command('stations').description('charging stations');

  listOptions(stations.command('list'))
    .description('list the stations of a tenant')
    .option('--site <site>', 'only of this site, by id or name')
    .option('--search <text>', 'part of the identity')
    .addOption(new Option('--online', 'only those that are online').conflicts('offline'))
    .option('--offline', 'only those that are not')
    .action(
      act<StationListOptions>(terminal, async (run, options) => {
        const tenant = await run.platform.tenant();
        const siteId = options.site === undefined ? '' : await run.platform.siteId(options.site, tenant);
        const online = options.online ? { online: true } : options.offline ? { online: false } : {};
        await run.list(options, {
          schema: StationStateSchema,
          fetch: async (page) => {
            const answer = await run.platform.stations.listStations({ page, siteId, search: options.search, ...online }, tenant);
            return { rows: answer.stations, page: answer.page };
          },
          columns: COLUMNS,
          none: 'No stations.',
        });
      }),
    );

  stations
    .command('show <station>')
    .description('show a station, by its identity or id')
    .action(
      act(terminal, async (run, _options, name) => {
        const station = await run.platform.station(name, await run.platform.tenant());
        run.show(StationStateSchema, station, sheetOf(station));
      }),
    );

  messagesCommand(stations, terminal);
  createCommand(stations, terminal);
  passwordCommand(stations, terminal);
  registrationCommands(stations, terminal);
}

function createCommand(stations: Command, terminal: ExitingTerminal): void {
  stations
    .command('create <identity>')
    .description('create a station; the identity is the last part of its connection URL')
    .requiredOption('--location <location>', 'location by id or name')
    .addOption(new Option('--evse <type:power>', 'one EVSE with one connector; may be repeated; default: cType2:22000').argParser(evse))
    .option('--password <text>', 'Basic password, 16 to 40 characters; without one the station connects without (security profile 0)')
    .option('--vendor <name>', 'vendor')
    .option('--model <name>', 'model')
    .addHelpText(
      'after',
      '\nExample:\n  npm run ampline -- stations create EXT-011 --tenant demo --location "Gate 3" --evse cType2:22000 --evse cCCS2:150000',
    )
    .action(
      act<CreateOptions>(terminal, async (run, options, identity) => {
        const tenant = await run.platform.tenant();
        const { password, vendor, model } = options;
        const locationId = await run.platform.locationId(options.location, tenant);
        const evses = (options.evse ?? DEFAULT_EVSES).map((connector) => ({ code: '', connectors: [connector] }));
        const request = { locationId, identity, password, evses, vendor, model };
        const { station } = await run.platform.stations.createStation(request, tenant);
        if (station) run.show(StationStateSchema, station, sheetOf(station));
      }),
    );
}

function passwordCommand(stations: Command, terminal: ExitingTerminal): void {
  stations
    .command('password <station>')
    .description('set the Basic password of a station; its open connection ends')
    .option('--password <text>', '16 to 40 characters; without it a random one is made and shown')
    .action(
      act<{ password?: string }>(terminal, async (run, options, name) => {
        const tenant = await run.platform.tenant();
        const { stationId } = await run.platform.station(name, tenant);
        const password = options.password ?? randomPassword();
        await run.platform.stations.setStationPassword({ stationId, password }, tenant);
        if (options.password === undefined) run.print({ stationId, password }, `The new password: ${password}`);
        else run.print({ stationId }, 'The password is set.');
      }),
    );
}

function registrationCommands(stations: Command, terminal: ExitingTerminal): void {
  for (const [verb, registration, told] of [
    ['accept', RegistrationStatus.ACCEPTED, 'it may charge'],
    ['hold', RegistrationStatus.PENDING, 'it may connect, and waits'],
    ['reject', RegistrationStatus.REJECTED, 'it is refused'],
  ] as const) {
    stations
      .command(`${verb} <station>`)
      .description(`set the registration of a station to ${word(RegistrationStatus, registration)}: ${told}`)
      .action(
        act(terminal, async (run, _options, name) => {
          const tenant = await run.platform.tenant();
          const { stationId } = await run.platform.station(name, tenant);
          const { station } = await run.platform.stations.setRegistration({ stationId, registration }, tenant);
          if (station) run.show(StationStateSchema, station, sheetOf(station));
        }),
      );
  }
}

function sheetOf(station: StationState): [string, string][] {
  const rows = station.evses.flatMap((evse) => evse.connectors.map((connector) => ({ evse, connector })));
  return [
    ['Station', station.identity],
    ['Online', station.online ? 'yes' : 'no'],
    ['Since', time(station.onlineChangedAt)],
    ['Last seen', time(station.lastSeenAt)],
    ['Last boot', time(station.lastBootAt)],
    ['Registration', word(RegistrationStatus, station.registration)],
    ['Vendor', station.vendor],
    ['Model', station.model],
    ['Serial number', station.serialNumber],
    ['Firmware', station.firmwareVersion],
    ['Protocol', station.protocol],
    ...rows.map(({ evse, connector }): [string, string] => [
      `EVSE ${evse.number}, connector ${connector.number}`,
      joined(
        ', ',
        connector.status,
        connector.errorCode === 'NoError' ? '' : connector.errorCode,
        connector.operative ? '' : 'out of operation',
        connector.type,
        power(connector.maxPowerW),
        evse.code,
      ),
    ]),
    ['Site', station.siteId],
    ['Location', station.locationId],
    ['Id', station.stationId],
  ];
}

/** `1 Charging, 2 Available`; with several connectors at an EVSE, `1.2 Available`. */
function connectors(station: StationState): string {
  const parts = station.evses.flatMap((evse) =>
    evse.connectors.map((connector) => {
      const number = evse.connectors.length > 1 ? `${evse.number}.${connector.number}` : String(evse.number);
      return `${number} ${connector.status}`;
    }),
  );
  return parts.join(', ');
}

/** One more `--evse`. */
function evse(text: string, before: NewEvse[] | undefined): NewEvse[] {
  const [type, watts = ''] = text.split(':');
  if (!type || !/^\d+$/.test(watts)) throw new InvalidArgumentError('A connector type and its power in W are expected: cType2:22000.');
  return [...(before ?? []), { type, maxPowerW: BigInt(watts) }];
}

const ALPHABET = 'ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789';

/** 24 characters that nobody confuses when copying: 139 bits. */
function randomPassword(): string {
  return Array.from({ length: 24 }, () => ALPHABET[randomInt(ALPHABET.length)]).join('');
}
