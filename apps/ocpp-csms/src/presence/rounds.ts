/** Groups in which each station occurs once; what is about one station stays in its order. */
export function roundsByStation<T extends { stationId: string }>(items: readonly T[]): T[][] {
  const seen = new Map<string, number>();
  const grouped: T[][] = [];
  for (const item of items) {
    const round = seen.get(item.stationId) ?? 0;
    seen.set(item.stationId, round + 1);
    (grouped[round] ??= []).push(item);
  }
  return grouped;
}
