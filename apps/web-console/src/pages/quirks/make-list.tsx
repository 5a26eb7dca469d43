import Extension from '@mui/icons-material/ExtensionOutlined';
import Typography from '@mui/material/Typography';
import { useQuery } from '@apollo/client/react';
import { DataTable, EmptyState, useFormat, wholeList, type Column } from '@ampline/ui';
import { useMemo, useState } from 'react';
import { QuirkCatalogueDocument, type QuirkEntryRowFragment } from '../../generated/graphql.js';
import { useText } from '../../messages.js';
import { MakeDrawer } from './make-drawer.js';
import { useMakeText } from './use-make-text.js';
import { useQuirkText } from './use-quirk-text.js';

const keyOf = ({ vendor, model, firmwareFrom, firmwareBefore }: QuirkEntryRowFragment) =>
  [vendor, model, firmwareFrom, firmwareBefore].join('|');

/** Makes of stations that are known to deviate. */
export function MakeList() {
  const text = useText();
  const format = useFormat();
  const { nameOf, firmwareOf } = useMakeText();
  const quirkText = useQuirkText();
  const { data, error } = useQuery(QuirkCatalogueDocument, { fetchPolicy: 'cache-and-network' });
  const entries = data?.quirkCatalogue.entries;
  const [shown, setShown] = useState<string>();
  const current = entries?.find((entry) => keyOf(entry) === shown);
  const columns = useMemo<[Column<QuirkEntryRowFragment>, ...Column<QuirkEntryRowFragment>[]]>(
    () => [
      { key: 'make', header: text('quirks.make'), width: '26%', cell: nameOf },
      { key: 'firmware', header: text('quirks.firmware'), width: '140px', from: 'md', cell: firmwareOf },
      {
        key: 'quirks',
        header: text('quirks.quirk'),
        cell: ({ quirks }) =>
          quirks.map((name) => (
            <Typography key={name} variant="body2" component="div" sx={{ whiteSpace: 'normal' }}>
              {quirkText({ name }).does}
            </Typography>
          )),
      },
      {
        key: 'stations',
        header: text('quirks.stations'),
        width: '110px',
        align: 'end',
        cell: ({ stationCount }) => format.integer(stationCount),
      },
    ],
    [firmwareOf, format, nameOf, quirkText, text],
  );
  return (
    <>
      <DataTable
        label={text('quirks.tab.makes')}
        pages={wholeList(entries, error)}
        rowKey={keyOf}
        onOpen={(entry) => setShown(keyOf(entry))}
        columns={columns}
        expected={8}
        empty={<EmptyState icon={<Extension />} title={text('quirks.none')} />}
      />
      {current && <MakeDrawer entry={current} onClose={() => setShown(undefined)} />}
    </>
  );
}
