import type { CommandOrder, ForeignMessage, ProxyState } from '@ampline/contracts';
import { isUuid } from '@ampline/kernel-ids';
import { z } from 'zod';

const uuid = z.string().refine(isUuid);
const time = z.iso.datetime({ offset: true });

/** Bodies of the station path beside calls; libs/contracts/src/station-path.ts. */
export const foreignMessage: z.ZodType<ForeignMessage> = z.object({
  messageUuid: uuid,
  tenantId: uuid,
  stationId: uuid,
  epoch: z.int().nonnegative(),
  receivedAt: time,
  answeredAt: time,
  direction: z.enum(['from-station', 'to-station']),
  action: z.string(),
  messageId: z.string(),
  requestFrame: z.string(),
  responseFrame: z.string(),
  result: z.string(),
  by: z.string(),
});

export const proxyState: z.ZodType<ProxyState> = z.object({
  stationId: uuid,
  at: time,
  state: z.enum(['connecting', 'connected', 'failing']),
  reason: z.string().exactOptional(),
  dropped: z.int().nonnegative(),
});

export const commandOrder: z.ZodType<CommandOrder> = z.object({
  action: z.string().max(100),
  payload: z.record(z.string(), z.unknown()),
  timeoutMs: z.int().min(1_000).max(600_000).exactOptional(),
  idempotencyKey: z
    .string()
    .regex(/^[\x20-\x7e]{0,200}$/)
    .exactOptional(),
});

/** Throws `csms.routing.bad-message` for what is not JSON of this shape. */
export function read<T>(schema: z.ZodType<T>, body: string, bad: (details: Record<string, unknown>, cause?: unknown) => Error): T {
  let json: unknown;
  try {
    json = JSON.parse(body);
  } catch (cause) {
    throw bad({ problem: 'not JSON' }, cause);
  }
  const parsed = schema.safeParse(json);
  if (!parsed.success) throw bad({ problem: z.prettifyError(parsed.error) });
  return parsed.data;
}
