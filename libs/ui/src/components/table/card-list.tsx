import Box from '@mui/material/Box';
import Paper from '@mui/material/Paper';
import Skeleton from '@mui/material/Skeleton';
import Typography from '@mui/material/Typography';
import { useWindowVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useLayoutEffect, useRef, useState } from 'react';
import type { DataTableProps } from './data-table.js';
import { RowLink } from './row-link.js';

const GAP = 10;
const AHEAD = 8;

/** The rows of a table as cards under each other, scrolled with the page. */
export function CardList<T>(props: DataTableProps<T>) {
  const { label, pages, rowKey, columns, expected = 6 } = props;
  const { rows, loading, hasMore, loadMore } = pages;
  const list = useRef<HTMLUListElement>(null);
  const [top, setTop] = useState(0);
  useLayoutEffect(() => setTop(list.current?.offsetTop ?? 0), [loading]);
  const lines = columns.slice(1).filter(({ card }) => card === undefined).length;
  const guess = 52 + 26 * lines;
  const virtual = useWindowVirtualizer({
    count: rows.length,
    estimateSize: () => guess + GAP,
    getItemKey: (index) => rowKey(rows[index] as T),
    overscan: 6,
    scrollMargin: top,
    useFlushSync: false,
  });
  const items = virtual.getVirtualItems();
  const last = items.at(-1)?.index ?? 0;
  useEffect(() => {
    if (hasMore && last >= rows.length - AHEAD) loadMore();
  }, [hasMore, last, rows.length, loadMore]);

  if (loading) {
    return (
      <Box aria-busy aria-label={label} sx={{ display: 'grid', gap: `${GAP}px` }}>
        {Array.from({ length: expected }, (_, index) => (
          <Skeleton key={index} variant="rounded" height={guess} />
        ))}
      </Box>
    );
  }
  return (
    <Box
      component="ul"
      ref={list}
      aria-label={label}
      sx={{ listStyle: 'none', m: 0, p: 0, position: 'relative', height: virtual.getTotalSize() }}
    >
      {items.map(({ index, key, start }) => (
        <Box
          component="li"
          key={String(key)}
          data-index={index}
          ref={virtual.measureElement}
          aria-setsize={hasMore ? -1 : rows.length}
          aria-posinset={index + 1}
          sx={{ position: 'absolute', insetInline: 0, top: 0, pb: `${GAP}px` }}
          style={{ transform: `translateY(${start - top}px)` }}
        >
          <Card {...props} row={rows[index] as T} />
        </Box>
      ))}
    </Box>
  );
}

function Card<T>({ row, columns, rowTo, onOpen }: DataTableProps<T> & { row: T }) {
  const [title, ...rest] = columns;
  const badges = rest.filter(({ card }) => card === 'badge');
  const lines = rest.filter(({ card }) => card === undefined);
  return (
    <Paper variant="outlined" sx={{ p: 1.75, position: 'relative' }}>
      <Box sx={{ display: 'flex', alignItems: 'center', justifyContent: 'space-between', gap: 1, minHeight: 26 }}>
        <Box
          sx={{
            minWidth: 0,
            overflow: 'hidden',
            textOverflow: 'ellipsis',
            '& [data-row-link]::after': { content: '""', position: 'absolute', inset: 0 },
          }}
        >
          <RowLink row={row} rowTo={rowTo} onOpen={onOpen}>
            {title.cell(row)}
          </RowLink>
        </Box>
        <Box sx={{ display: 'flex', gap: 0.5, flexShrink: 0 }}>
          {badges.map(({ key, cell }) => (
            <span key={key}>{cell(row)}</span>
          ))}
        </Box>
      </Box>
      <Box component="dl" sx={{ m: 0, mt: 0.5, display: 'grid', gridTemplateColumns: 'minmax(0, 1fr)', gap: 0.25 }}>
        {lines.map(({ key, header, cell }) => (
          <Box key={key} sx={{ display: 'flex', justifyContent: 'space-between', alignItems: 'center', gap: 2, minHeight: 24 }}>
            <Typography component="dt" variant="caption" color="textSecondary" noWrap sx={{ flexShrink: 0 }}>
              {header}
            </Typography>
            <Typography component="dd" variant="body2" noWrap sx={{ m: 0, minWidth: 0, fontVariantNumeric: 'tabular-nums' }}>
              {cell(row)}
            </Typography>
          </Box>
        ))}
      </Box>
    </Paper>
  );
}
