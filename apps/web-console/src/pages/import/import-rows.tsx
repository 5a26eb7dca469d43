import TableRows from '@mui/icons-material/TableRowsOutlined';
import Box from '@mui/material/Box';
import { DataTable, EmptyState, FilterBar, SelectFilter, useFormat, usePages, useUrlFilters, type Column } from '@ampline/ui';
import { useMemo } from 'react';
import { ImportRowsDocument, type ImportTableRowFragment } from '../../generated/graphql.js';
import { useText } from '../../messages.js';
import { EFFECTS, ImportEffectChip } from './import-state.js';

const FILTERS = ['effect'] as const;
type Problem = ImportTableRowFragment['problems'][number];

/** The rows of an import with what becomes of each. */
export function ImportRows({ importId }: { importId: string }) {
  const text = useText();
  const format = useFormat();
  const filters = useUrlFilters(FILTERS);
  const { values, set } = filters;
  const variables = useMemo(() => {
    const effect = EFFECTS.find((one) => one === values.effect);
    return { id: importId, ...(effect && { effect }) };
  }, [importId, values.effect]);
  const pages = usePages(ImportRowsDocument, variables, (data) => data.import?.rows);
  const columns = useMemo<[Column<ImportTableRowFragment>, ...Column<ImportTableRowFragment>[]]>(
    () => [
      { key: 'subject', header: text('import.subject'), width: '28%', cell: ({ subject }) => subject || '–' },
      {
        key: 'effect',
        header: text('import.effect'),
        width: '150px',
        card: 'badge',
        cell: ({ effect }) => <ImportEffectChip effect={effect} />,
      },
      { key: 'row', header: text('import.row'), width: '90px', align: 'end', cell: ({ number }) => format.integer(number) },
      { key: 'detail', header: text('import.detail'), cell: (row) => <Detail row={row} /> },
    ],
    [text, format],
  );
  return (
    <div>
      <FilterBar active={filters.active} onReset={filters.reset}>
        <SelectFilter
          label={text('import.effect')}
          value={values.effect}
          onChange={(effect) => set({ effect })}
          options={EFFECTS.map((value) => ({ value, label: text(`import.effect.${value}`) }))}
        />
      </FilterBar>
      <DataTable
        label={text('import.rows')}
        pages={pages}
        rowKey={({ number }) => String(number)}
        columns={columns}
        expected={8}
        empty={<EmptyState icon={<TableRows />} title={text('import.noRows')} />}
      />
    </div>
  );
}

function Detail({ row: { changes, problems } }: { row: ImportTableRowFragment }) {
  const text = useText();
  if (problems.length === 0) return changes.length === 0 ? '–' : changes.map((field) => text(`import.field.${field as 'name'}`)).join(', ');
  return (
    <Box component="span" sx={{ display: 'grid', whiteSpace: 'normal', overflowWrap: 'anywhere' }}>
      {problems.map((problem, i) => (
        <ProblemText key={i} problem={problem} />
      ))}
    </Box>
  );
}

function ProblemText({ problem: { field, value, code, mend } }: { problem: Problem }) {
  const text = useText();
  const what = [field !== null && text(`import.field.${field as 'name'}`), value !== null && text('import.quoted', { value })]
    .filter(Boolean)
    .join(' ');
  const why = text(`import.problem.${code as 'missing'}`);
  return <span title={mend}>{what === '' ? why : `${what}: ${why}`}</span>;
}
