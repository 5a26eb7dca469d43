import { MessageDirection, OcppMessageSchema, type OcppMessage } from '@ampline/contracts';
import type { Command } from 'commander';
import { time, word } from '../format.js';
import { listOptions } from '../parse.js';
import { act, type ExitingTerminal, type ListOptions } from '../run.js';
import type { Column } from '../table.js';

const SHOWN_OF_FRAME = 100;

const COLUMNS: Column<OcppMessage>[] = [
  { title: 'RECEIVED', cell: (message) => time(message.receivedAt) },
  { title: 'DIRECTION', cell: (message) => word(MessageDirection, message.direction) },
  { title: 'ACTION', cell: (message) => message.action },
  { title: 'RESULT', cell: (message) => message.result },
  { title: 'REQUEST', cell: (message) => beginOf(message.requestFrame) },
  { title: 'ANSWER', cell: (message) => beginOf(message.responseFrame) },
];

export function messagesCommand(stations: Command, terminal: ExitingTerminal): void {
  listOptions(stations.command('messages <station>'))
    .description('show the raw OCPP messages of a station, newest first; --json shows them whole')
    .option('--action <action>', 'only of this OCPP action')
    .action(
      act<ListOptions & { action?: string }>(terminal, async (run, options, name) => {
        const tenant = await run.platform.tenant();
        const { stationId } = await run.platform.station(name, tenant);
        await run.list(options, {
          schema: OcppMessageSchema,
          fetch: async (page) => {
            const answer = await run.platform.stations.listMessages({ stationId, page, action: options.action }, tenant);
            return { rows: answer.messages, page: answer.page };
          },
          columns: COLUMNS,
          none: 'No messages.',
        });
      }),
    );
}

function beginOf(frame: string): string {
  return frame.length > SHOWN_OF_FRAME ? `${frame.slice(0, SHOWN_OF_FRAME)}…` : frame;
}
