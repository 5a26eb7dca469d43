/** So many stations, or so many percent of all, together with the stages before. */
export type Stage = { stations: number } | { percent: number };

/** Daily hours, in minutes after midnight; over midnight when the end is before the begin. */
export interface Window {
  fromMinute: number;
  untilMinute: number;
}

/** How a campaign proceeds. Stored as it is. */
export interface CampaignPlan {
  /** The last one reaches all. */
  stages: readonly Stage[];
  stagePauseS: number;
  window: Window | null;
  /** Stations at once. */
  concurrency: number;
  /** 100: never. */
  abortAbovePercent: number;
  abortMinFinished: number;
  attempts: number;
  retryDelayS: number;
  downloadTimeoutS: number;
  installTimeoutS: number;
  /** A station that could not be begun for so long since its stage began is skipped. */
  patienceS: number;
  duringSessions: boolean;
  transfer: 'http' | 'https' | 'ftp' | 'ftps' | null;
}

export type CampaignState = 'draft' | 'running' | 'paused' | 'completed' | 'aborted';

/** Stations of a campaign by where they stand, those of later stages included. */
export interface Counts {
  queued: number;
  underWay: number;
  verified: number;
  failed: number;
  skipped: number;
}

export interface CampaignView {
  plan: CampaignPlan;
  state: CampaignState;
  /** Under way, from 0. */
  stage: number;
  stageDoneAt: Date | null;
  /** By stage. */
  counts: readonly Counts[];
}

/** What is to be done with a campaign now. */
export type Step =
  | { kind: 'abort' }
  | { kind: 'complete' }
  /** The last station of the stage is through; the pause begins. */
  | { kind: 'end-stage' }
  | { kind: 'next-stage' }
  | { kind: 'begin'; stations: number }
  | { kind: 'wait' };

export function nextStep(campaign: CampaignView, now: Date): Step {
  const { plan, state, stage, stageDoneAt } = campaign;
  if (state !== 'running' && state !== 'paused') return { kind: 'wait' };
  const all = sum(campaign.counts);
  if (failsTooOften(plan, all)) return { kind: 'abort' };
  if (all.queued + all.underWay === 0) return { kind: 'complete' };
  const begun = sum(campaign.counts.slice(0, stage + 1));
  if (begun.queued + begun.underWay === 0) {
    if (stageDoneAt === null) return { kind: 'end-stage' };
    const rested = now.getTime() >= stageDoneAt.getTime() + plan.stagePauseS * 1_000;
    return { kind: rested && state === 'running' ? 'next-stage' : 'wait' };
  }
  const free = Math.min(plan.concurrency - all.underWay, begun.queued);
  return state === 'running' && free > 0 ? { kind: 'begin', stations: free } : { kind: 'wait' };
}

function failsTooOften(plan: CampaignPlan, { verified, failed }: Counts): boolean {
  const finished = verified + failed;
  return finished >= Math.max(1, plan.abortMinFinished) && failed * 100 > plan.abortAbovePercent * finished;
}

function sum(counts: readonly Counts[]): Counts {
  const total: Counts = { queued: 0, underWay: 0, verified: 0, failed: 0, skipped: 0 };
  for (const one of counts) for (const key of Object.keys(total) as (keyof Counts)[]) total[key] += one[key];
  return total;
}

/** How many stations each stage begins anew. A percentage is rounded up, so that a canary is never empty. */
export function stageSizes(stages: readonly Stage[], stations: number): number[] {
  let reached = 0;
  return stages.map((stage, i) => {
    const last = i === stages.length - 1;
    const wanted = 'stations' in stage ? reached + stage.stations : Math.ceil((stations * stage.percent) / 100);
    const upTo = last ? stations : Math.min(stations, Math.max(reached, wanted));
    const size = upTo - reached;
    reached = upTo;
    return size;
  });
}

/** Whether the window is open at `now` in an IANA time zone. */
export function isOpen(window: Window | null, timeZone: string, now: Date): boolean {
  if (window === null) return true;
  const { fromMinute, untilMinute } = window;
  const minute = minuteOfDay(timeZone, now);
  return fromMinute <= untilMinute ? minute >= fromMinute && minute < untilMinute : minute >= fromMinute || minute < untilMinute;
}

function minuteOfDay(timeZone: string, at: Date): number {
  const parts = new Intl.DateTimeFormat('en', { timeZone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).formatToParts(at);
  const value = (type: string): number => Number(parts.find((part) => part.type === type)?.value ?? 0);
  return value('hour') * 60 + value('minute');
}
