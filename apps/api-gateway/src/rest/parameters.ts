import { z } from 'zod';
import { apiErrors } from '../errors.js';

export const uuid = z.uuid();
const instant = z.iso.datetime({ offset: true });

/** Query parameters of the archive as a file. */
export const archiveParameters = z.strictObject({
  station: uuid.optional().describe('Id of a station. With neither it nor a site: all stations.'),
  site: uuid.optional().describe('Id of a site.'),
  action: z.string().max(50).optional().describe('OCPP action.'),
  direction: z.enum(['FROM_STATION', 'TO_STATION']).optional(),
  result: z.string().max(50).optional().describe('`ok`, an OCPP error code, `malformed`, or `not-ok` for whatever is not ok.'),
  from: instant.optional().describe('Inclusive. Needed, with `before`, unless a station is named; not more than 31 days before it.'),
  before: instant.optional().describe('Exclusive.'),
});
/** Query parameters of the lists. */
export const messageParameters = z.strictObject({
  action: z.string().max(50).optional().describe('OCPP action.'),
  direction: z.enum(['FROM_STATION', 'TO_STATION']).optional(),
  from: instant.optional().describe('Inclusive.'),
  before: instant.optional().describe('Exclusive.'),
  limit: z.coerce.number().int().min(1).max(10_000).default(1_000).describe('At most this many messages, newest first.'),
});
export const auditParameters = z.strictObject({
  text: z.string().max(200).optional().describe('Words that stand in the action, the names or the details.'),
  action: z.string().max(100).optional().describe('The action or its beginning, such as `user.`.'),
  from: instant.optional().describe('Inclusive.'),
  before: instant.optional().describe('Exclusive.'),
  limit: z.coerce.number().int().min(1).max(50_000).default(10_000).describe('At most this many entries, newest first.'),
});

export const firmwareParameters = z.strictObject({
  vendor: z.string().min(1).max(50),
  model: z.string().max(50).optional().describe('None: all models of the vendor.'),
  version: z.string().min(1).max(50).describe('As stations report it once they run it.'),
  fileName: z.string().min(1).max(100),
  sha256: z
    .string()
    .regex(/^[0-9a-f]{64}$/i)
    .optional()
    .describe('Hexadecimal; what arrives is compared with it.'),
});

const importKind = z.enum(['SITES', 'LOCATIONS', 'STATIONS', 'ID_TOKENS']);
export const importParameters = z.strictObject({ kind: importKind, fileName: z.string().min(1).max(200) });
export const templateParameters = z.strictObject({ kind: importKind, language: z.enum(['en', 'de']).default('en') });

/** Throws `api.parameter-invalid` with the names of what does not fit. */
export function parameters<T>(schema: z.ZodType<T>, given: unknown): T {
  const read = schema.safeParse(given);
  if (read.success) return read.data;
  throw apiErrors.parameterInvalid({ parameters: read.error.issues.map(({ path, message }) => ({ name: path.join('.'), message })) });
}
