import DoorFront from '@mui/icons-material/DoorFrontOutlined';
import Button from '@mui/material/Button';
import { useMutation } from '@apollo/client/react';
import { DataTable, EmptyState, Mono, StatusChip, TimeAgo, useFormat, usePages, useToasts, type Column } from '@ampline/ui';
import { useMemo } from 'react';
import { OPERATORS } from '../../app/roles.js';
import { useViewer } from '../../app/viewer.js';
import { BlockUnknownStationDocument, UnknownStationsDocument, type UnknownStationRowFragment } from '../../generated/graphql.js';
import { useText } from '../../messages.js';
import { isKnownReason } from './refusals.js';

const NOTHING = {};

/** Identities that were refused at the door. */
export function UnknownList() {
  const text = useText();
  const format = useFormat();
  const toasts = useToasts();
  const operates = useViewer().may(...OPERATORS);
  const pages = usePages(UnknownStationsDocument, NOTHING, (data) => data.unknownStations);
  const [block] = useMutation(BlockUnknownStationDocument, { onCompleted: pages.reload });
  const columns = useMemo<[Column<UnknownStationRowFragment>, ...Column<UnknownStationRowFragment>[]]>(() => {
    const set = async ({ identity, blocked }: UnknownStationRowFragment) => {
      await block({ variables: { identity, blocked: !blocked } });
      toasts.success(text(blocked ? 'onboarding.unblocked' : 'onboarding.blocked', { identity }));
    };
    return [
      { key: 'identity', header: text('stations.identity'), cell: ({ identity }) => <Mono>{identity}</Mono> },
      {
        key: 'reason',
        header: text('onboarding.reason'),
        width: '24%',
        cell: ({ reason }) => (isKnownReason(reason) ? text(`onboarding.reason.${reason}`) : reason),
      },
      {
        key: 'blocked',
        header: text('stations.state'),
        width: '120px',
        card: 'badge',
        cell: ({ blocked }) => blocked && <StatusChip status="BLOCKED" />,
      },
      { key: 'address', header: text('onboarding.address'), from: 'md', cell: ({ remoteAddress }) => remoteAddress || '–' },
      {
        key: 'attempts',
        header: text('onboarding.attempts'),
        width: '100px',
        align: 'end',
        cell: ({ attempts }) => format.integer(attempts),
      },
      {
        key: 'seen',
        header: text('onboarding.lastTried'),
        width: '150px',
        align: 'end',
        cell: ({ lastSeenAt }) => <TimeAgo at={lastSeenAt} />,
      },
      ...(operates
        ? [
            {
              key: 'block',
              header: text('onboarding.decide'),
              width: '130px',
              align: 'end' as const,
              cell: (station: UnknownStationRowFragment) => (
                <Button
                  size="small"
                  color={station.blocked ? 'inherit' : 'error'}
                  aria-label={text(station.blocked ? 'onboarding.unblockStation' : 'onboarding.blockStation', {
                    identity: station.identity,
                  })}
                  onClick={() => void set(station).catch(toasts.failure)}
                >
                  {text(station.blocked ? 'onboarding.unblock' : 'onboarding.block')}
                </Button>
              ),
            },
          ]
        : []),
    ];
  }, [block, format, operates, text, toasts]);
  return (
    <DataTable
      label={text('onboarding.tab.unknown')}
      pages={pages}
      rowKey={({ identity }) => identity}
      columns={columns}
      expected={5}
      maxHeight="max(320px, calc(100dvh - 400px))"
      empty={
        <EmptyState icon={<DoorFront />} title={text('onboarding.noneUnknown')}>
          {text('onboarding.noneUnknownHint')}
        </EmptyState>
      }
    />
  );
}
