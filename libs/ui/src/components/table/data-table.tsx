import Box from '@mui/material/Box';
import Paper from '@mui/material/Paper';
import { useTheme } from '@mui/material/styles';
import useMediaQuery from '@mui/material/useMediaQuery';
import type { ReactNode } from 'react';
import type { Pages } from '../../data/use-pages.js';
import { useUiText } from '../../messages/ui-messages.js';
import { ErrorState, Unavailable } from '../states.js';
import { visuallyHidden } from '../visually-hidden.js';
import { CardList } from './card-list.js';
import type { Column, RowTarget } from './columns.js';
import { RowTable } from './row-table.js';

export interface DataTableProps<T> extends RowTarget<T> {
  /** Names the table. */
  label: string;
  /** From `usePages`, or `wholeList` for rows that are all there. */
  pages: Pages<T>;
  rowKey: (row: T) => string;
  /** The first one is what the row is about: it carries the link. */
  columns: readonly [Column<T>, ...Column<T>[]];
  /** Shown when there are no rows: an `EmptyState` that says what to do. */
  empty: ReactNode;
  /** Rows of the skeleton; as many as are to be expected. */
  expected?: number;
  /** Height that the table takes at most, as CSS; the screen below the heading of a page unless said otherwise. */
  maxHeight?: string;
}

/** A list of things: a table, or cards on a narrow screen. Thousands of rows are fine; more come by scrolling. */
export function DataTable<T>(props: DataTableProps<T>) {
  const { label, pages, empty } = props;
  const text = useUiText();
  const theme = useTheme();
  const narrow = useMediaQuery(theme.breakpoints.down('sm'), { noSsr: true });

  if (pages.error !== undefined) return <Frame>{<ErrorState error={pages.error} onRetry={pages.reload} />}</Frame>;
  if (pages.unavailable === true) return <Frame>{<Unavailable onRetry={pages.reload} />}</Frame>;
  if (!pages.loading && pages.rows.length === 0) return <Frame>{empty}</Frame>;
  const count = pages.loading
    ? text('ui.table.loading')
    : text(pages.hasMore ? 'ui.table.rowsMore' : 'ui.table.rows', { count: pages.rows.length });
  return (
    <>
      {narrow ? <CardList {...props} /> : <RowTable {...props} />}
      <Box role="status" aria-label={label} sx={visuallyHidden}>
        {count}
      </Box>
    </>
  );
}

function Frame({ children }: { children: ReactNode }) {
  return <Paper variant="outlined">{children}</Paper>;
}

/** Rows that are all there, as `DataTable` takes them. */
export function wholeList<T>(rows: readonly T[] | undefined, error?: Error, reload: () => void = () => undefined): Pages<T> {
  return {
    rows: rows ?? [],
    loading: rows === undefined && error === undefined,
    error: rows === undefined ? error : undefined,
    hasMore: false,
    loadMore: () => undefined,
    reload,
  };
}
