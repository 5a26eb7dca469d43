import { useFormat, useNow } from '@ampline/ui';

/** How long a session has lasted; goes on while it runs. Of a session that is known by its end alone there is no telling. */
export function SessionDuration({ startedAt, endedAt }: { startedAt: string; endedAt?: string | null }) {
  if (endedAt === startedAt) return '–';
  return endedAt ? <Lasted ms={Date.parse(endedAt) - Date.parse(startedAt)} /> : <Running startedAt={startedAt} />;
}

function Running({ startedAt }: { startedAt: string }) {
  const now = useNow(1_000);
  return <Lasted ms={now - Date.parse(startedAt)} />;
}

function Lasted({ ms }: { ms: number }) {
  return useFormat().duration(ms);
}
