import { isUuid } from '@ampline/kernel-ids';
import type { AdmitRequest, AdmitRequests, OddityReport, PresenceReport } from '@ampline/contracts';
import { z } from 'zod';

const uuid = z.string().refine(isUuid);
const time = z.iso.datetime({ offset: true });
const transport = z.enum(['websocket', 'mqtt']);
const epoch = z.int().nonnegative();
const fromGateway = { gatewayId: z.string().min(1), gatewayInstance: z.string().min(1), at: time };
const ofSocket = { ...fromGateway, tenantId: uuid, stationId: uuid, epoch };

/** Base64 of DER; ten times what is usual. */
const LONGEST_CERTIFICATE = 32_768;

/** Bodies that gateways send; libs/contracts/src/station-path.ts. */
export const admitRequest: z.ZodType<AdmitRequest> = z.object({
  gatewayId: z.string().min(1),
  gatewayInstance: z.string().min(1),
  tenant: z.string().exactOptional(),
  station: z.string(),
  remoteAddress: z.string(),
  tls: z
    .object({ protocol: z.string().exactOptional(), certificates: z.array(z.string().max(LONGEST_CERTIFICATE)).max(10).exactOptional() })
    .exactOptional(),
  basic: z.object({ username: z.string(), password: z.string() }).exactOptional(),
  subprotocols: z.array(z.string()),
  transport: transport.exactOptional(),
});

export const admitRequests: z.ZodType<AdmitRequests> = z.object({ requests: z.array(admitRequest) });

const opened = z.object({
  kind: z.literal('opened'),
  ...ofSocket,
  remoteAddress: z.string(),
  subprotocol: z.string(),
  transport: transport.exactOptional(),
});
const closed = z.object({ kind: z.literal('closed'), ...ofSocket, code: z.int(), reason: z.string() });

export const presenceReport: z.ZodType<PresenceReport> = z.discriminatedUnion('kind', [
  opened,
  closed,
  z.object({ kind: z.literal('sockets'), ...fromGateway, reports: z.array(z.discriminatedUnion('kind', [opened, closed])) }),
  z.object({ kind: z.literal('beat'), ...fromGateway, sockets: z.int().nonnegative(), checksum: z.string() }),
  z.object({
    kind: z.literal('snapshot'),
    ...fromGateway,
    chunk: z.int().nonnegative(),
    chunks: z.int().positive(),
    sockets: z.array(z.object({ stationId: uuid, epoch })),
  }),
  z.object({ kind: z.literal('stopping'), ...fromGateway }),
]);

export const oddityReport: z.ZodType<OddityReport> = z.object({
  tenantId: uuid,
  stationId: uuid,
  epoch,
  at: time,
  reason: z.string(),
  frame: z.string(),
  answer: z.string().exactOptional(),
});
