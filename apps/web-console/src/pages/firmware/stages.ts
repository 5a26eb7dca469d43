import type { FirmwareStageInput } from '../../generated/graphql.js';

/**
 * Stages as people write them: `5, 10 %, 50 %, 100 %`. Undefined when they are none: numbers of stations or rising percentages, of which the
 * last is 100.
 */
export function stagesOf(text: string): FirmwareStageInput[] | undefined {
  const stages = text.split(/[,;]/).map((part) => stageOf(part.trim()));
  const percents = stages.flatMap((stage) => (stage?.percent ? [stage.percent] : []));
  const rising = percents.every((percent, i) => percent <= 100 && percent > (percents[i - 1] ?? 0));
  const good = stages.every((stage) => stage !== undefined) && rising && stages.at(-1)?.percent === 100;
  return good ? (stages as FirmwareStageInput[]) : undefined;
}

function stageOf(text: string): FirmwareStageInput | undefined {
  const match = /^(\d{1,5})\s*(%?)$/.exec(text);
  const value = Number(match?.[1] ?? 0);
  if (value < 1) return undefined;
  return match?.[2] === '%' ? { percent: value } : { stations: value };
}

/** Minutes after midnight of `22:30`; null for nothing. */
export function minuteOf(time: string): number | null {
  const match = /^(\d{2}):(\d{2})$/.exec(time);
  return match ? Number(match[1]) * 60 + Number(match[2]) : null;
}

/** `22:30`. */
export function timeOf(minute: number): string {
  return `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;
}
