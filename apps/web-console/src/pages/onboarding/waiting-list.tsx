import HowToReg from '@mui/icons-material/HowToRegOutlined';
import { DataTable, EmptyState, StatusChip, TimeAgo, useLive, usePages, useThrottled, type Column } from '@ampline/ui';
import Button from '@mui/material/Button';
import { useMemo, useState } from 'react';
import { OPERATORS } from '../../app/roles.js';
import { useViewer } from '../../app/viewer.js';
import { WaitingStationsChangedDocument, WaitingStationsDocument, type WaitingStationFragment } from '../../generated/graphql.js';
import { useText } from '../../messages.js';
import { AcceptForm } from './accept-form.js';

const PENDING = { filter: { registration: 'PENDING' } } as const;

/** Stations that wait to be accepted, with what they have told of themselves. */
export function WaitingList() {
  const text = useText();
  const operates = useViewer().may(...OPERATORS);
  const pages = usePages(WaitingStationsDocument, PENDING, (data) => data.stations);
  const [accepting, setAccepting] = useState<WaitingStationFragment>();
  const reload = useThrottled(pages.reload, 2_000);
  useLive(WaitingStationsChangedDocument, {
    onData: ({ stationChanged: station }) => {
      const listed = station.__typename === 'Station' && pages.rows.some(({ id }) => id === station.id);
      if (station.__typename === 'Resync' || listed !== (station.registration === 'PENDING')) reload();
    },
  });
  const columns = useMemo<[Column<WaitingStationFragment>, ...Column<WaitingStationFragment>[]]>(
    () => [
      { key: 'identity', header: text('stations.identity'), cell: ({ identity }) => identity },
      {
        key: 'online',
        header: text('stations.state'),
        width: '130px',
        card: 'badge',
        cell: ({ online }) => <StatusChip status={online ? 'ONLINE' : 'OFFLINE'} />,
      },
      {
        key: 'model',
        header: text('stations.model'),
        cell: ({ vendor, model }) => [vendor, model].filter(Boolean).join(' ') || text('onboarding.nothingTold'),
      },
      { key: 'serial', header: text('station.serialNumber'), from: 'md', cell: ({ serialNumber }) => serialNumber ?? '–' },
      { key: 'firmware', header: text('station.firmware'), from: 'md', cell: ({ firmwareVersion }) => firmwareVersion ?? '–' },
      {
        key: 'seen',
        header: text('stations.lastSeen'),
        width: '150px',
        align: 'end',
        cell: ({ lastSeenAt }) => <TimeAgo at={lastSeenAt} />,
      },
      ...(operates
        ? [
            {
              key: 'accept',
              header: text('onboarding.decide'),
              width: '140px',
              align: 'end' as const,
              cell: (station: WaitingStationFragment) => (
                <Button
                  size="small"
                  variant="contained"
                  aria-label={text('onboarding.acceptStation', { station: station.identity })}
                  onClick={() => setAccepting(station)}
                >
                  {text('onboarding.accept')}
                </Button>
              ),
            },
          ]
        : []),
    ],
    [operates, text],
  );
  return (
    <>
      <DataTable
        label={text('onboarding.tab.waiting')}
        pages={pages}
        rowKey={({ id }) => id}
        rowTo={({ id }) => `/stations/${id}`}
        columns={columns}
        expected={3}
        maxHeight="max(320px, calc(100dvh - 400px))"
        empty={
          <EmptyState icon={<HowToReg />} title={text('onboarding.noneWaits')}>
            {text('onboarding.noneWaitsHint')}
          </EmptyState>
        }
      />
      {accepting && <AcceptForm station={accepting} onClose={() => setAccepting(undefined)} onDone={pages.reload} />}
    </>
  );
}
