import Upload from '@mui/icons-material/UploadFileOutlined';
import Button from '@mui/material/Button';
import { DataTable, EmptyState, PageHeader, useFormat, usePages, type Column } from '@ampline/ui';
import { useMemo, useState } from 'react';
import { ImportsDocument, type ImportHeadFragment } from '../../generated/graphql.js';
import { useText } from '../../messages.js';
import { ImportForm } from './import-form.js';
import { ImportStateChip } from './import-state.js';

const NO_VARIABLES = {};

/** Files that were imported, newest first. */
export function ImportsPage() {
  const text = useText();
  const format = useFormat();
  const [importing, setImporting] = useState(false);
  const pages = usePages(ImportsDocument, NO_VARIABLES, (data) => data.imports);
  const columns = useMemo<[Column<ImportHeadFragment>, ...Column<ImportHeadFragment>[]]>(
    () => [
      { key: 'file', header: text('import.file'), cell: ({ fileName }) => fileName },
      {
        key: 'state',
        header: text('import.state'),
        width: '160px',
        card: 'badge',
        cell: ({ state }) => <ImportStateChip state={state} />,
      },
      { key: 'what', header: text('import.what'), width: '160px', cell: ({ kind }) => text(`import.kind.${kind}`) },
      { key: 'rows', header: text('import.rows'), width: '100px', align: 'end', cell: ({ rowCount }) => format.integer(rowCount) },
      { key: 'errors', header: text('import.errors'), width: '100px', align: 'end', cell: ({ withErrors }) => format.integer(withErrors) },
      {
        key: 'at',
        header: text('import.at'),
        width: '160px',
        align: 'end',
        from: 'md',
        cell: ({ createdAt }) => format.dateTime(createdAt),
      },
    ],
    [text, format],
  );
  const upload = (
    <Button variant="contained" startIcon={<Upload />} onClick={() => setImporting(true)}>
      {text('import.new')}
    </Button>
  );
  return (
    <>
      <PageHeader title={text('import.title')} subtitle={text('import.hint')} actions={upload} />
      <DataTable
        label={text('import.title')}
        pages={pages}
        rowKey={({ id }) => id}
        rowTo={({ id }) => `/import/${id}`}
        columns={columns}
        expected={4}
        empty={
          <EmptyState icon={<Upload />} title={text('import.none')}>
            {text('import.noneHint')}
          </EmptyState>
        }
      />
      {importing && <ImportForm onClose={() => setImporting(false)} />}
    </>
  );
}
