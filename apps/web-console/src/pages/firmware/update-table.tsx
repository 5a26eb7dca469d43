import EvStation from '@mui/icons-material/EvStationOutlined';
import { DataTable, EmptyState, FilterBar, SelectFilter, TimeAgo, usePages, useUiText, useUrlFilters, type Column } from '@ampline/ui';
import { useMemo } from 'react';
import { FirmwareUpdatesDocument, type FirmwareUpdateRowFragment, type FirmwareUpdateState } from '../../generated/graphql.js';
import { useText } from '../../messages.js';
import { useEvery } from '../../parts/use-every.js';
import { SHOWN, UpdateState } from './campaign-state.js';
import { useReasonText } from './reasons.js';

const LOOK_EVERY_MS = 3_000;
const FILTERS = ['state'] as const;
/** Those that people look for; the others pass by. */
const STATES = [
  'FAILED',
  'SKIPPED',
  'VERIFIED',
  'QUEUED',
  'DOWNLOADING',
  'INSTALLING',
  'INSTALLED',
] as const satisfies readonly FirmwareUpdateState[];

/** Stations of a campaign: where each stands, and why. */
export function UpdateTable({ campaignId, moves }: { campaignId: string; moves: boolean }) {
  const text = useText();
  const uiText = useUiText();
  const reasonText = useReasonText();
  const filters = useUrlFilters(FILTERS);
  const state = STATES.find((one) => one === filters.values.state) ?? null;
  const variables = useMemo(() => ({ id: campaignId, state }), [campaignId, state]);
  const pages = usePages(FirmwareUpdatesDocument, variables, (data) => data.firmwareCampaign?.updates);
  useEvery(LOOK_EVERY_MS, moves, pages.reload);
  const columns = useMemo<[Column<FirmwareUpdateRowFragment>, ...Column<FirmwareUpdateRowFragment>[]]>(
    () => [
      { key: 'station', header: text('parts.station'), width: '15%', cell: ({ stationIdentity }) => stationIdentity },
      {
        key: 'state',
        header: text('firmware.state'),
        width: '135px',
        card: 'badge',
        cell: (update) => <UpdateState state={update.state} />,
      },
      { key: 'reason', header: text('firmware.reason'), cell: ({ reason }) => reasonText(reason) },
      { key: 'stage', header: text('firmware.stageShort'), width: '66px', from: 'md', align: 'end', cell: ({ stage }) => stage + 1 },
      { key: 'attempt', header: text('firmware.attempt'), width: '80px', from: 'md', align: 'end', cell: ({ attempt }) => attempt },
      {
        key: 'version',
        header: text('firmware.version'),
        width: '135px',
        from: 'md',
        cell: ({ fromVersion, firmwareVersion }) => [...new Set([fromVersion, firmwareVersion])].filter(Boolean).join(' → ') || '–',
      },
      { key: 'since', header: text('firmware.since'), width: '125px', align: 'end', cell: ({ stateSince }) => <TimeAgo at={stateSince} /> },
    ],
    [text, reasonText],
  );
  return (
    <div>
      <FilterBar active={filters.active} onReset={filters.reset}>
        <SelectFilter
          label={text('firmware.state')}
          value={filters.values.state}
          onChange={(chosen) => filters.set({ state: chosen })}
          options={STATES.map((value) => ({ value, label: uiText(`ui.status.${SHOWN[value]}`) }))}
        />
      </FilterBar>
      <DataTable
        label={text('firmware.stations')}
        pages={pages}
        rowKey={({ stationId }) => stationId}
        rowTo={({ stationId }) => `/stations/${stationId}`}
        columns={columns}
        empty={<EmptyState icon={<EvStation />} title={text('firmware.noStations')} />}
      />
    </div>
  );
}
