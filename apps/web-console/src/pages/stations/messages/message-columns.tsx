import CallMade from '@mui/icons-material/CallMade';
import CallReceived from '@mui/icons-material/CallReceived';
import Box from '@mui/material/Box';
import { Mono, StatusChip, type Column, type Format } from '@ampline/ui';
import type { MessageDirection, StationMessageFragment } from '../../../generated/graphql.js';
import type { useText } from '../../../messages.js';

type Columns = [Column<StationMessageFragment>, ...Column<StationMessageFragment>[]];

export function messageColumns(text: ReturnType<typeof useText>, format: Format, timeZone: string): Columns {
  return [
    { key: 'action', header: text('message.action'), width: '24%', cell: ({ action }) => action || text('message.unreadable') },
    { key: 'at', header: text('message.time'), width: '148px', cell: ({ receivedAt }) => format.time(receivedAt, timeZone) },
    {
      key: 'direction',
      header: text('message.direction'),
      width: '172px',
      cell: ({ direction }) => <Direction direction={direction} label={text(`message.direction.${direction}`)} />,
    },
    {
      key: 'result',
      header: text('message.result'),
      width: '190px',
      card: 'badge',
      cell: ({ result, deviations }) => <Result result={result} deviates={deviations.length > 0} label={text('message.deviates')} />,
    },
    {
      key: 'frame',
      header: text('message.frame'),
      from: 'md',
      card: 'hidden',
      cell: ({ requestFrame }) => <Mono>{requestFrame.slice(0, 160)}</Mono>,
    },
  ];
}

function Direction({ direction, label }: { direction: MessageDirection; label: string }) {
  const Icon = direction === 'FROM_STATION' ? CallReceived : CallMade;
  return (
    <Box component="span" sx={{ display: 'inline-flex', alignItems: 'center', gap: 0.75 }}>
      <Icon aria-hidden sx={{ fontSize: 16, color: direction === 'FROM_STATION' ? 'text.secondary' : 'primary.text' }} />
      {label}
    </Box>
  );
}

function Result({ result, deviates, label }: { result: string; deviates: boolean; label: string }) {
  if (result !== 'ok') return <StatusChip status="REJECTED" label={result} />;
  return deviates ? <StatusChip status="OPEN" label={label} /> : <StatusChip status="COMPLETED" label="ok" />;
}
