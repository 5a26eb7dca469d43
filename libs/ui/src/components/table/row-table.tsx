import Paper from '@mui/material/Paper';
import Skeleton from '@mui/material/Skeleton';
import Table from '@mui/material/Table';
import TableBody from '@mui/material/TableBody';
import TableCell from '@mui/material/TableCell';
import TableHead from '@mui/material/TableHead';
import TableRow from '@mui/material/TableRow';
import { useTheme } from '@mui/material/styles';
import useMediaQuery from '@mui/material/useMediaQuery';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useRef, useState, type KeyboardEvent, type MouseEvent } from 'react';
import type { Column } from './columns.js';
import type { DataTableProps } from './data-table.js';
import { RowLink } from './row-link.js';

const ROW_HEIGHT = 45;
const HEAD_HEIGHT = 40;
/** More is asked for when so few rows are left below. */
const AHEAD = 15;

/** Rows under a head that stays; only those in sight are in the page. */
export function RowTable<T>(props: DataTableProps<T>) {
  const { label, pages, rowKey, rowTo, onOpen, expected = 10, maxHeight = 'max(320px, calc(100dvh - 250px))' } = props;
  const columns = useShownColumns(props.columns);
  const { rows, loading, hasMore, loadMore } = pages;
  const scroller = useRef<HTMLDivElement>(null);
  const [current, setCurrent] = useState(0);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT,
    getItemKey: (index) => rowKey(rows[index] as T),
    overscan: 10,
    scrollMargin: 0,
    useFlushSync: false,
  });
  const items = virtual.getVirtualItems();
  const last = items.at(-1)?.index ?? 0;
  useEffect(() => {
    if (hasMore && last >= rows.length - AHEAD) loadMore();
  }, [hasMore, last, rows.length, loadMore]);

  const goTo = (index: number) => {
    const target = Math.max(0, Math.min(rows.length - 1, index));
    setCurrent(target);
    virtual.scrollToIndex(target);
    requestAnimationFrame(() => scroller.current?.querySelector<HTMLElement>(`[data-index="${target}"] [data-row-link]`)?.focus());
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (!(event.target instanceof HTMLElement) || !('rowLink' in event.target.dataset)) return;
    const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 0) / ROW_HEIGHT) - 2);
    const to: Record<string, number> = {
      ArrowDown: current + 1,
      ArrowUp: current - 1,
      PageDown: current + page,
      PageUp: current - page,
      Home: 0,
      End: rows.length - 1,
    };
    const index = to[event.key];
    if (index === undefined) return;
    event.preventDefault();
    goTo(index);
  };

  const above = items[0]?.start ?? 0;
  const below = virtual.getTotalSize() - (items.at(-1)?.end ?? 0);
  const height = loading ? expected * ROW_HEIGHT + HEAD_HEIGHT : virtual.getTotalSize() + HEAD_HEIGHT + 2;
  return (
    <Paper variant="outlined" ref={scroller} sx={{ overflow: 'auto', height: `min(${height}px, ${maxHeight})` }} onKeyDown={onKeyDown}>
      <Table
        stickyHeader
        aria-label={label}
        aria-rowcount={hasMore ? -1 : rows.length + 1}
        aria-busy={loading}
        sx={{ tableLayout: 'fixed' }}
      >
        <TableHead>
          <TableRow sx={{ height: HEAD_HEIGHT }} aria-rowindex={1}>
            {columns.map(({ key, header, align, width }) => (
              <TableCell key={key} scope="col" sx={{ width, textAlign: align ?? 'start', py: 0.75 }}>
                {header}
              </TableCell>
            ))}
          </TableRow>
        </TableHead>
        <TableBody>
          {loading && Array.from({ length: expected }, (_, index) => <SkeletonRow key={index} columns={columns} index={index} />)}
          {above > 0 && <tr aria-hidden style={{ height: above }} />}
          {items.map(({ index, key }) => {
            const row = rows[index] as T;
            return (
              <TableRow
                key={String(key)}
                data-index={index}
                aria-rowindex={index + 2}
                hover={rowTo !== undefined || onOpen !== undefined}
                onClick={openRow}
                sx={{ height: ROW_HEIGHT, cursor: rowTo || onOpen ? 'pointer' : undefined }}
              >
                {columns.map(({ key: column, cell, align }, at) => (
                  <TableCell
                    key={column}
                    component={at === 0 ? 'th' : 'td'}
                    scope={at === 0 ? 'row' : undefined}
                    onFocus={at === 0 ? () => setCurrent(index) : undefined}
                    sx={{
                      textAlign: align ?? 'start',
                      py: 0,
                      whiteSpace: 'nowrap',
                      overflow: 'hidden',
                      textOverflow: 'ellipsis',
                      fontWeight: 'inherit',
                    }}
                  >
                    {at === 0 ? (
                      <RowLink row={row} rowTo={rowTo} onOpen={onOpen} tabIndex={index === current ? 0 : -1}>
                        {cell(row)}
                      </RowLink>
                    ) : (
                      cell(row)
                    )}
                  </TableCell>
                ))}
              </TableRow>
            );
          })}
          {below > 0 && <tr aria-hidden style={{ height: below }} />}
        </TableBody>
      </Table>
    </Paper>
  );
}

/** A click anywhere in a row is one on its link, but for clicks on other controls and for selecting text. */
function openRow(event: MouseEvent<HTMLElement>) {
  const { target, currentTarget } = event;
  if (!(target instanceof Element) || target.closest('a, button, input, label') !== null) return;
  if (window.getSelection()?.isCollapsed === false) return;
  currentTarget.querySelector<HTMLElement>('[data-row-link]')?.click();
}

function useShownColumns<T>(columns: readonly Column<T>[]): readonly Column<T>[] {
  const theme = useTheme();
  const wide = useMediaQuery(theme.breakpoints.up('lg'), { noSsr: true });
  const medium = useMediaQuery(theme.breakpoints.up('md'), { noSsr: true });
  return columns.filter(({ from }) => from === undefined || (from === 'md' ? medium : wide));
}

function SkeletonRow<T>({ columns, index }: { columns: readonly Column<T>[]; index: number }) {
  return (
    <TableRow aria-hidden sx={{ height: ROW_HEIGHT }}>
      {columns.map(({ key, align }, at) => (
        <TableCell key={key} sx={{ py: 0 }}>
          <Skeleton width={`${50 + ((index * 7 + at * 13) % 35)}%`} sx={{ ml: align === 'end' ? 'auto' : 0 }} />
        </TableCell>
      ))}
    </TableRow>
  );
}
