import { useQuery } from '@apollo/client/react';
import Box from '@mui/material/Box';
import Skeleton from '@mui/material/Skeleton';
import Typography from '@mui/material/Typography';
import { ErrorState, isMissing, KeyValues, PageHeader, Section, ShareBar, useFormat } from '@ampline/ui';
import { useParams } from 'react-router';
import { FirmwareCampaignDocument, type FirmwareCampaignQuery } from '../../generated/graphql.js';
import { useText } from '../../messages.js';
import { useEvery } from '../../parts/use-every.js';
import { MissingPage } from '../failures/missing-page.js';
import { CampaignActions } from './campaign-actions.js';
import { CampaignState, sharesOf, totalOf } from './campaign-state.js';
import { timeOf } from './stages.js';
import { UpdateTable } from './update-table.js';

const LOOK_EVERY_MS = 2_000;

export type ShownCampaign = NonNullable<FirmwareCampaignQuery['firmwareCampaign']>;

/** A campaign: how far it is, how it proceeds, and each of its stations. */
export function CampaignPage() {
  const text = useText();
  const { campaignId = '' } = useParams();
  const { data, error, refetch } = useQuery(FirmwareCampaignDocument, { variables: { id: campaignId } });
  const again = () => void refetch().catch(() => undefined);
  const campaign = data?.firmwareCampaign;
  const moves = campaign?.state === 'RUNNING' || (campaign?.stages.some(({ underWay }) => underWay > 0) ?? false);
  useEvery(LOOK_EVERY_MS, moves, again);
  if (campaign === null || isMissing(error)) return <MissingPage />;
  if (campaign !== undefined) return <Loaded campaign={campaign} moves={moves} />;
  return (
    <>
      <PageHeader title="…" crumbs={[{ label: text('firmware.title'), to: '/firmware' }]} />
      {error === undefined ? <Skeleton variant="rounded" height={220} /> : <ErrorState error={error} onRetry={again} />}
    </>
  );
}

function Loaded({ campaign, moves }: { campaign: ShownCampaign; moves: boolean }) {
  const text = useText();
  const { name, state, reason, image, stages } = campaign;
  return (
    <>
      <PageHeader
        title={name}
        badge={<CampaignState state={state} />}
        crumbs={[{ label: text('firmware.title'), to: '/firmware' }]}
        subtitle={
          <>
            {[image.vendor, image.model, image.version].filter(Boolean).join(' ')}
            {reason !== null && ` · ${text(reason === 'failure-rate' ? 'firmware.abortedByRate' : 'firmware.abortedByPerson')}`}
          </>
        }
        actions={<CampaignActions campaign={campaign} />}
      />
      <Box sx={{ display: 'grid', gap: 2.5 }}>
        <Section title={text('firmware.progress')}>
          <ShareBar label={text('firmware.progress')} shares={sharesOf(totalOf(stages))} />
          {stages.length > 1 && <Stages campaign={campaign} />}
        </Section>
        <Plan campaign={campaign} />
        <UpdateTable campaignId={campaign.id} moves={moves} />
      </Box>
    </>
  );
}

function Stages({ campaign: { state, stage: current, stages } }: { campaign: ShownCampaign }) {
  const text = useText();
  return (
    <Box component="ol" sx={{ listStyle: 'none', m: 0, mt: 2, p: 0, display: 'grid', gap: 1.25 }}>
      {stages.map((stage, i) => {
        const label = text('firmware.stage', { number: i + 1, stations: stage.stations });
        const now = i === current && (state === 'RUNNING' || state === 'PAUSED');
        return (
          <Box component="li" key={i} sx={{ display: 'grid', gap: 0.5 }} {...(now && { 'aria-current': 'step' as const })}>
            <Typography variant="caption" color={now ? 'textPrimary' : 'textSecondary'} sx={{ fontWeight: now ? 600 : 400 }}>
              {label}
            </Typography>
            <ShareBar label={label} shares={sharesOf(stage)} compact />
          </Box>
        );
      })}
    </Box>
  );
}

function Plan({ campaign: { plan, createdAt, createdByName, startedAt, endedAt } }: { campaign: ShownCampaign }) {
  const text = useText();
  const format = useFormat();
  const stages = plan.stages.map(({ stations, percent }) => (percent === null ? format.integer(stations) : format.percent(percent)));
  return (
    <Section title={text('firmware.plan')}>
      <KeyValues
        items={[
          [text('firmware.stages'), stages.join(' → ')],
          [text('firmware.stagePause'), format.duration(plan.stagePauseS * 1_000)],
          [text('firmware.window'), plan.window && `${timeOf(plan.window.fromMinute)} – ${timeOf(plan.window.untilMinute)}`],
          [text('firmware.concurrency'), format.integer(plan.concurrency)],
          [text('firmware.abortAbove'), plan.abortAbovePercent === 100 ? text('firmware.never') : format.percent(plan.abortAbovePercent)],
          [text('firmware.attempts'), format.integer(plan.attempts)],
          [text('firmware.whileCharging'), text(plan.duringSessions ? 'firmware.yes' : 'firmware.no')],
          [text('firmware.transfer'), plan.transfer ?? text('firmware.transferBest')],
          [text('firmware.created'), [format.dateTime(createdAt), createdByName].filter(Boolean).join(' · ')],
          [text('firmware.started'), format.dateTime(startedAt)],
          [text('firmware.ended'), format.dateTime(endedAt)],
        ]}
      />
    </Section>
  );
}
