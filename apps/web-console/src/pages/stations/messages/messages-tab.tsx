import ArrowUpward from '@mui/icons-material/ArrowUpward';
import Forum from '@mui/icons-material/ForumOutlined';
import Pause from '@mui/icons-material/Pause';
import PlayArrow from '@mui/icons-material/PlayArrow';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import {
  DataTable,
  EmptyState,
  FilterBar,
  SearchField,
  SelectFilter,
  Stale,
  useFormat,
  usePages,
  useUrlFilters,
  type Pages,
} from '@ampline/ui';
import { useMemo, useRef, useState, type UIEvent } from 'react';
import { SERVICES } from '../../../app/services.js';
import { StationMessagesDocument, type StationMessageFragment } from '../../../generated/graphql.js';
import { useText } from '../../../messages.js';
import { DownloadButton } from '../../../parts/download-button.js';
import type { ShownStation } from '../shown-station.js';
import { MessageDrawer } from './message-drawer.js';
import { ACTIONS, DIRECTIONS, exportPath, FILTERS, messageFilter } from './message-filter.js';
import { messageColumns } from './message-columns.js';
import { useTail } from './use-tail.js';

/** Scrolled down by more than this, somebody reads: what comes is held back so that nothing moves under their eyes, px. */
const AT_TOP_PX = 8;

/** What the station and the platform said to each other, as it was on the wire, live. */
export function MessagesTab({ station }: { station: ShownStation }) {
  const { id, identity } = station;
  const { timeZone } = station.site;
  const text = useText();
  const format = useFormat();
  const filters = useUrlFilters(FILTERS);
  const { values, set } = filters;
  const filter = useMemo(() => messageFilter(values), [values]);
  const variables = useMemo(() => ({ id, filter }), [id, filter]);
  const pages = usePages(StationMessagesDocument, variables, ({ station }) => station?.messages);
  const [paused, setPaused] = useState(false);
  const [reading, setReading] = useState(false);
  const [open, setOpen] = useState<StationMessageFragment>();
  const table = useRef<HTMLDivElement>(null);
  const tail = useTail(id, filter, paused || reading);

  const rows = useMemo(() => withTail(tail.shown, pages.rows), [tail.shown, pages.rows]);
  const columns = useMemo(() => messageColumns(text, format, timeZone), [text, format, timeZone]);
  const showHeld = () => {
    tail.release();
    table.current?.querySelector('table')?.parentElement?.scrollTo({ top: 0 });
  };
  const onScroll = ({ target }: UIEvent) => {
    if (target instanceof HTMLElement && target.querySelector('table') !== null) setReading(target.scrollTop > AT_TOP_PX);
  };
  return (
    <>
      <FilterBar active={filters.active} onReset={filters.reset}>
        <SearchField hint={text('message.search')} value={values.text} onChange={(wanted) => set({ text: wanted })} />
        <SelectFilter
          label={text('message.action')}
          value={values.action}
          onChange={(action) => set({ action })}
          options={ACTIONS.map((value) => ({ value, label: value }))}
        />
        <SelectFilter
          label={text('message.direction')}
          value={values.direction}
          onChange={(direction) => set({ direction })}
          options={DIRECTIONS.map((value) => ({ value, label: text(`message.direction.${value}`) }))}
        />
        <SelectFilter
          label={text('message.result')}
          value={values.failed}
          onChange={(failed) => set({ failed })}
          options={[{ value: 'true', label: text('message.failedOnly') }]}
        />
        <Button
          variant="outlined"
          color="inherit"
          startIcon={paused ? <PlayArrow /> : <Pause />}
          aria-pressed={paused}
          onClick={() => setPaused(!paused)}
          sx={{ height: 40, minWidth: 116, flexShrink: 0 }}
        >
          {text(paused ? 'message.resume' : 'message.pause')}
        </Button>
        <DownloadButton
          path={exportPath(id, values)}
          fileName={`messages-${identity}.csv`}
          label={text('message.export')}
          done={text('message.exported')}
          hint={text('message.exportHint')}
        />
      </FilterBar>
      <Stale services={SERVICES.messages}>
        <Box ref={table} onScrollCapture={onScroll} sx={{ position: 'relative' }}>
          {tail.held.length > 0 && (
            <Button
              size="small"
              variant="contained"
              startIcon={<ArrowUpward />}
              onClick={showHeld}
              sx={{ position: 'absolute', zIndex: 3, insetBlockStart: 48, left: '50%', transform: 'translateX(-50%)', borderRadius: 99 }}
            >
              {text('message.held', { count: tail.held.length })}
            </Button>
          )}
          <DataTable
            label={text('message.of', { station: identity })}
            pages={{ ...pages, rows } satisfies Pages<StationMessageFragment>}
            rowKey={(message) => message.id}
            onOpen={setOpen}
            columns={columns}
            expected={14}
            maxHeight="max(320px, calc(100dvh - 330px))"
            empty={
              <EmptyState icon={<Forum />} title={text(filters.active ? 'message.noMatch' : 'message.none')}>
                {text('message.noneHint')}
              </EmptyState>
            }
          />
        </Box>
      </Stale>
      <MessageDrawer message={open} timeZone={timeZone} onClose={() => setOpen(undefined)} />
    </>
  );
}

/** The list may have been asked for again since a message came: each once. */
function withTail(tail: readonly StationMessageFragment[], rows: readonly StationMessageFragment[]): readonly StationMessageFragment[] {
  if (tail.length === 0) return rows;
  const listed = new Set(rows.map(({ id }) => id));
  return [...tail.filter(({ id }) => !listed.has(id)), ...rows];
}
