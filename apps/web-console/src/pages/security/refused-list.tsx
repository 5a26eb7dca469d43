import GppGood from '@mui/icons-material/GppGoodOutlined';
import { DataTable, EmptyState, Mono, TimeAgo, usePages, type Column } from '@ampline/ui';
import { useMemo } from 'react';
import { RefusedStationsDocument, type RefusedRowFragment } from '../../generated/graphql.js';
import { useText } from '../../messages.js';
import { reasonKey } from './security-words.js';

const NOTHING = {};

/** Stations that want in and are not let in. */
export function RefusedList() {
  const text = useText();
  const pages = usePages(RefusedStationsDocument, NOTHING, (data) => data.refusedStations);
  const columns = useMemo<[Column<RefusedRowFragment>, ...Column<RefusedRowFragment>[]]>(
    () => [
      { key: 'station', header: text('security.station'), width: '22%', cell: ({ stationIdentity }) => stationIdentity },
      {
        key: 'reason',
        header: text('security.reason'),
        cell: ({ reason }) => {
          const key = reasonKey(reason);
          return key === undefined ? reason : text(key);
        },
      },
      { key: 'times', header: text('security.times'), width: '90px', align: 'end', from: 'md', cell: ({ times }) => times },
      { key: 'from', header: text('security.from'), width: '150px', from: 'lg', cell: ({ remoteAddress }) => <Mono>{remoteAddress}</Mono> },
      { key: 'at', header: text('security.last'), width: '150px', align: 'end', cell: ({ lastAt }) => <TimeAgo at={lastAt} /> },
    ],
    [text],
  );
  return (
    <DataTable
      label={text('security.tab.refused')}
      pages={pages}
      rowKey={({ stationId }) => stationId}
      rowTo={({ stationId }) => `/stations/${stationId}?tab=security`}
      columns={columns}
      expected={5}
      maxHeight="max(320px, calc(100dvh - 310px))"
      empty={
        <EmptyState icon={<GppGood />} title={text('security.noneRefused')}>
          {text('security.noneRefusedHint')}
        </EmptyState>
      }
    />
  );
}
