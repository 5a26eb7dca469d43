import VpnKey from '@mui/icons-material/VpnKeyOutlined';
import { DataTable, EmptyState, StatusChip, TimeAgo, usePages, type Column } from '@ampline/ui';
import { useMemo } from 'react';
import { SecurityChangesDocument, type ChangeRowFragment } from '../../generated/graphql.js';
import { useText } from '../../messages.js';
import { CHANGE_LOOKS, reasonKey } from './security-words.js';

const NOTHING = {};

/** Rotations of keys and raised profiles of all stations, newest first. */
export function ChangeList() {
  const text = useText();
  const pages = usePages(SecurityChangesDocument, NOTHING, (data) => data.securityChanges);
  const columns = useMemo<[Column<ChangeRowFragment>, ...Column<ChangeRowFragment>[]]>(
    () => [
      { key: 'station', header: text('security.station'), cell: ({ stationIdentity }) => stationIdentity },
      {
        key: 'state',
        header: text('security.state'),
        width: '170px',
        card: 'badge',
        cell: ({ state }) => <StatusChip status={CHANGE_LOOKS[state]} label={text(`security.change.${state}`)} />,
      },
      {
        key: 'what',
        header: text('security.what'),
        width: '200px',
        cell: ({ kind, toProfile }) => text(`security.change.${kind}`, { profile: toProfile ?? '' }),
      },
      {
        key: 'how',
        header: text('security.how'),
        from: 'md',
        cell: ({ state, step, problem }) => {
          const key = reasonKey(problem);
          if (key !== undefined) return text(key);
          return problem ?? (state === 'OPEN' ? text(`security.step.${step as 'key'}`) : '–');
        },
      },
      { key: 'at', header: text('security.begun'), width: '150px', align: 'end', cell: ({ requestedAt }) => <TimeAgo at={requestedAt} /> },
    ],
    [text],
  );
  return (
    <DataTable
      label={text('security.tab.changes')}
      pages={pages}
      rowKey={({ id }) => id}
      rowTo={({ stationId }) => `/stations/${stationId}?tab=security`}
      columns={columns}
      expected={5}
      maxHeight="max(320px, calc(100dvh - 310px))"
      empty={
        <EmptyState icon={<VpnKey />} title={text('security.noChanges')}>
          {text('security.noChangesHint')}
        </EmptyState>
      }
    />
  );
}
