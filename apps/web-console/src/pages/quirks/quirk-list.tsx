import Extension from '@mui/icons-material/ExtensionOutlined';
import { useQuery } from '@apollo/client/react';
import { DataTable, EmptyState, useFormat, wholeList, type Column } from '@ampline/ui';
import { useMemo } from 'react';
import { QuirkCatalogueDocument, type QuirkRowFragment } from '../../generated/graphql.js';
import { useText } from '../../messages.js';
import { QuirkExplained } from './quirk-explained.js';

/** Every quirk that the platform can deal with. */
export function QuirkList() {
  const text = useText();
  const format = useFormat();
  const { data, error } = useQuery(QuirkCatalogueDocument, { fetchPolicy: 'cache-and-network' });
  const columns = useMemo<[Column<QuirkRowFragment>, ...Column<QuirkRowFragment>[]]>(
    () => [
      { key: 'quirk', header: text('quirks.quirk'), cell: (quirk) => <QuirkExplained quirk={quirk} /> },
      { key: 'clause', header: text('quirks.deviates'), width: '24%', from: 'md', cell: ({ clause }) => clause },
      {
        key: 'stations',
        header: text('quirks.stations'),
        width: '110px',
        align: 'end',
        cell: ({ stationCount }) => format.integer(stationCount),
      },
    ],
    [format, text],
  );
  return (
    <DataTable
      label={text('quirks.tab.quirks')}
      pages={wholeList(data?.quirkCatalogue.quirks, error)}
      rowKey={({ name }) => name}
      columns={columns}
      expected={12}
      empty={<EmptyState icon={<Extension />} title={text('quirks.none')} />}
    />
  );
}
