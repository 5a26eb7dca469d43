import {
  FileTransfer,
  FirmwareCampaignState,
  type FirmwarePlan,
  FirmwarePlanSchema,
  type FirmwareStage,
  type FirmwareStageSchema,
} from '@ampline/contracts';
import { create, type MessageInitShape } from '@bufbuild/protobuf';
import { TRANSFER } from '../station-files/endpoints.js';
import { check } from '../stations/field-checks.js';
import type { CampaignPlan, CampaignState, Stage } from './domain/campaign.js';

export const CAMPAIGN_STATE: Record<CampaignState, FirmwareCampaignState> = {
  draft: FirmwareCampaignState.DRAFT,
  running: FirmwareCampaignState.RUNNING,
  paused: FirmwareCampaignState.PAUSED,
  completed: FirmwareCampaignState.COMPLETED,
  aborted: FirmwareCampaignState.ABORTED,
};

const DAY_S = 86_400;
const MINUTES = 1_440;

/** Throws `csms.invalid-field`. */
export function checkedPlan(plan: FirmwarePlan | undefined): CampaignPlan {
  check('plan', plan !== undefined, 'given');
  const wanted = plan as FirmwarePlan;
  const { window } = wanted;
  checkStages(wanted.stages);
  if (window) {
    const { fromMinute, untilMinute } = window;
    const inDay = [fromMinute, untilMinute].every((minute) => minute >= 0 && minute < MINUTES);
    check('plan.window', inDay && fromMinute !== untilMinute, 'minutes from 0 to 1439, the end not the begin');
  }
  checkRange('plan.concurrency', wanted.concurrency, 1, 1_000);
  checkRange('plan.abort_above_percent', wanted.abortAbovePercent, 0, 100);
  checkRange('plan.abort_min_finished', wanted.abortMinFinished, 0, 100_000);
  checkRange('plan.attempts', wanted.attempts, 1, 10);
  checkRange('plan.retry_delay_s', wanted.retryDelayS, 0, 7 * DAY_S);
  checkRange('plan.stage_pause_s', wanted.stagePauseS, 0, 30 * DAY_S);
  checkRange('plan.download_timeout_s', wanted.downloadTimeoutS, 10, 7 * DAY_S);
  checkRange('plan.install_timeout_s', wanted.installTimeoutS, 10, 7 * DAY_S);
  checkRange('plan.patience_s', wanted.patienceS, 10, 365 * DAY_S);
  return {
    stages: wanted.stages.map(stageOf),
    stagePauseS: wanted.stagePauseS,
    window: window ? { fromMinute: window.fromMinute, untilMinute: window.untilMinute } : null,
    concurrency: wanted.concurrency,
    abortAbovePercent: wanted.abortAbovePercent,
    abortMinFinished: wanted.abortMinFinished,
    attempts: wanted.attempts,
    retryDelayS: wanted.retryDelayS,
    downloadTimeoutS: wanted.downloadTimeoutS,
    installTimeoutS: wanted.installTimeoutS,
    patienceS: wanted.patienceS,
    duringSessions: wanted.duringSessions,
    transfer: TRANSFER[wanted.transfer],
  };
}

function checkStages(stages: readonly FirmwareStage[]): void {
  check('plan.stages', stages.length >= 1 && stages.length <= 20, '1 to 20 stages');
  const percents = stages.map(({ size }) => (size.case === 'percent' ? size.value : undefined));
  for (const { size } of stages) {
    check('plan.stages', size.case !== undefined && size.value >= 1, 'at least one station or percent');
    check('plan.stages', size.case !== 'percent' || size.value <= 100, 'at most 100 percent');
  }
  const given = percents.filter((percent) => percent !== undefined);
  check(
    'plan.stages',
    given.every((percent, i) => i === 0 || percent > (given[i - 1] ?? 0)),
    'rising percentages',
  );
  check('plan.stages', percents.at(-1) === 100, 'the last stage reaches 100 percent');
}

function checkRange(field: string, value: number, least: number, most: number): void {
  check(field, value >= least && value <= most, `${least} to ${most}`);
}

function stageOf({ size }: FirmwareStage): Stage {
  return size.case === 'stations' ? { stations: size.value } : { percent: size.value ?? 100 };
}

const TRANSFER_OF = new Map(Object.entries(TRANSFER).map(([value, word]) => [word, Number(value) as FileTransfer]));

export function planMessage({ stages, transfer, window, ...plan }: CampaignPlan): FirmwarePlan {
  return create(FirmwarePlanSchema, {
    ...plan,
    stages: stages.map(stageMessage),
    ...(window && { window }),
    transfer: TRANSFER_OF.get(transfer) ?? FileTransfer.UNSPECIFIED,
  });
}

function stageMessage(stage: Stage): MessageInitShape<typeof FirmwareStageSchema> {
  if ('stations' in stage) return { size: { case: 'stations', value: stage.stations } };
  return { size: { case: 'percent', value: stage.percent } };
}
