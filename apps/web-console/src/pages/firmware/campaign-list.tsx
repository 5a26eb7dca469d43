import SystemUpdate from '@mui/icons-material/SystemUpdateAltOutlined';
import Box from '@mui/material/Box';
import { DataTable, EmptyState, ShareBar, Stale, useFormat, usePages, type Column } from '@ampline/ui';
import { useMemo } from 'react';
import { SERVICES } from '../../app/services.js';
import { FirmwareCampaignsDocument, type FirmwareCampaignRowFragment } from '../../generated/graphql.js';
import { useText } from '../../messages.js';
import { useEvery } from '../../parts/use-every.js';
import { CampaignState, sharesOf, totalOf } from './campaign-state.js';

const LOOK_EVERY_MS = 5_000;
const NO_VARIABLES = {};

/** Campaigns, newest first. */
export function CampaignList() {
  const text = useText();
  const format = useFormat();
  const pages = usePages(FirmwareCampaignsDocument, NO_VARIABLES, (data) => data.firmwareCampaigns);
  useEvery(
    LOOK_EVERY_MS,
    pages.rows.some(({ state }) => state === 'RUNNING'),
    pages.reload,
  );
  const columns = useMemo<[Column<FirmwareCampaignRowFragment>, ...Column<FirmwareCampaignRowFragment>[]]>(
    () => [
      { key: 'name', header: text('firmware.name'), width: '24%', cell: ({ name }) => name },
      { key: 'state', header: text('firmware.state'), width: '140px', card: 'badge', cell: ({ state }) => <CampaignState state={state} /> },
      {
        key: 'image',
        header: text('firmware.image'),
        cell: ({ image }) => [image.vendor, image.model, image.version].filter(Boolean).join(' '),
      },
      {
        key: 'progress',
        header: text('firmware.progress'),
        width: '20%',
        from: 'md',
        cell: ({ name, stages }) => (
          <Box sx={{ minWidth: 140 }}>
            <ShareBar label={name} shares={sharesOf(totalOf(stages))} compact />
          </Box>
        ),
      },
      {
        key: 'verified',
        header: text('firmware.stations'),
        width: '110px',
        align: 'end',
        cell: ({ stages }) => `${format.integer(totalOf(stages).verified)} / ${format.integer(totalOf(stages).stations)}`,
      },
      {
        key: 'created',
        header: text('firmware.created'),
        width: '160px',
        from: 'md',
        align: 'end',
        cell: ({ createdAt }) => format.dateTime(createdAt),
      },
    ],
    [text, format],
  );
  return (
    <Stale services={SERVICES.stations}>
      <DataTable
        label={text('firmware.campaigns')}
        pages={pages}
        rowKey={({ id }) => id}
        rowTo={({ id }) => `/firmware/${id}`}
        columns={columns}
        empty={
          <EmptyState icon={<SystemUpdate />} title={text('firmware.noCampaigns')}>
            {text('firmware.noCampaignsHint')}
          </EmptyState>
        }
      />
    </Stale>
  );
}
