import { Router } from 'express';
import { z } from 'zod';
import { commandBody } from './station-commands.js';
import { IMPORT_TYPES } from './imports.js';
import {
  archiveParameters,
  auditParameters,
  firmwareParameters,
  importParameters,
  messageParameters,
  templateParameters,
} from './parameters.js';

const problem = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  code: z.string().describe('Stable; docs/errors.md.'),
  details: z.record(z.string(), z.unknown()).optional(),
  mend: z.string().optional(),
});
const health = z.object({
  status: z.enum(['ok', 'failing']),
  live: z.boolean().describe('False while the bus is away: nothing live arrives.'),
  parts: z.array(z.object({ name: z.string(), state: z.enum(['up', 'degraded', 'down']), replicas: z.int() })),
});
const firmwareImage = z.object({ id: z.uuid(), sha256: z.string().describe('Hexadecimal.') });
const imported = z.object({ id: z.uuid().describe('Of GraphQL’s Import: ask it what the file holds.') });
const outcome = z.object({
  commandId: z.uuid(),
  outcome: z.string().describe('As GraphQL’s CommandOutcome.'),
  response: z.unknown().describe('The station’s answer, or null.'),
  errorCode: z.string().nullable(),
  errorDescription: z.string().nullable(),
});
const logo = z.object({ logoUrl: z.string().nullable() });

const schemaOf = (schema: z.ZodType) => z.toJSONSchema(schema, { io: 'input' });
const json = (description: string, schema: z.ZodType) => ({ description, content: { 'application/json': { schema: schemaOf(schema) } } });
const file = (description: string, type: string) => ({ description, content: { [type]: { schema: { type: 'string' } } } });
const REFUSED = { description: 'RFC 9457.', content: { 'application/problem+json': { schema: schemaOf(problem) } } };
const ID = { name: 'id', in: 'path', required: true, schema: { type: 'string', format: 'uuid' } };

function queryOf(schema: z.ZodObject) {
  const { properties = {}, required = [] } = schemaOf(schema);
  return Object.entries(properties).map(([name, property]) => {
    const { description, ...type } = property as { description?: string };
    return { name, in: 'query', required: required.includes(name), schema: type, ...(description && { description }) };
  });
}

/** What REST offers beside GraphQL: health, long lists as files, files of stations and for them, logos. */
export function openapi(publicUrl: string) {
  return {
    openapi: '3.1.0',
    info: {
      title: 'Ampline',
      version: 'v1',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      description: 'Files and health. Everything else is GraphQL: POST /graphql.',
    },
    servers: [{ url: publicUrl }],
    components: {
      securitySchemes: {
        person: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT', description: 'Access token of the OpenID realm.' },
        apiKey: { type: 'apiKey', in: 'header', name: 'X-Api-Key' },
      },
    },
    security: [{ person: [] }, { apiKey: [] }],
    paths: {
      '/rest/v1/health': {
        get: {
          operationId: 'health',
          summary: 'Which parts of the platform work.',
          security: [],
          responses: { '200': json('Everything answers.', health), '503': json('A part is down, or nothing live arrives.', health) },
        },
      },
      '/rest/v1/openapi.json': {
        get: {
          operationId: 'openapi',
          summary: 'This document.',
          security: [],
          responses: { '200': { description: 'OpenAPI 3.1.', content: { 'application/json': { schema: { type: 'object' } } } } },
        },
      },
      '/rest/v1/stations/{id}/messages.jsonl': {
        get: {
          operationId: 'stationMessages',
          summary: 'Raw messages of a station, newest first, one JSON object a line as GraphQL’s OcppMessage. Scope `stations:read`.',
          parameters: [ID, ...queryOf(messageParameters)],
          responses: { '200': file('JSON lines.', 'application/jsonl'), default: REFUSED },
        },
      },
      '/rest/v1/messages.ndjson': {
        get: {
          operationId: 'messages',
          summary:
            'Raw messages of a station, a site or all, oldest first, one JSON object a line as GraphQL’s OcppMessage with the identity of its station. Scope `stations:read`.',
          parameters: queryOf(archiveParameters),
          responses: { '200': file('JSON lines.', 'application/x-ndjson'), default: REFUSED },
        },
      },
      '/rest/v1/messages.csv': {
        get: {
          operationId: 'messagesCsv',
          summary: 'The same as CSV (RFC 4180).',
          parameters: queryOf(archiveParameters),
          responses: { '200': file('The messages.', 'text/csv'), default: REFUSED },
        },
      },
      '/rest/v1/audit.csv': {
        get: {
          operationId: 'audit',
          summary: 'The audit log, newest first, as CSV (RFC 4180). Scope `audit:read`.',
          parameters: queryOf(auditParameters),
          responses: { '200': file('CSV.', 'text/csv'), default: REFUSED },
        },
      },
      '/rest/v1/stations/{id}/commands': {
        post: {
          operationId: 'sendCommand',
          summary: 'Sends a command to a station and answers with its outcome. Scope `stations:command`.',
          parameters: [ID],
          requestBody: { required: true, content: { 'application/json': { schema: schemaOf(commandBody) } } },
          responses: { '200': json('How it ended.', outcome), default: REFUSED },
        },
      },
      '/rest/v1/station-files/{id}': {
        get: {
          operationId: 'stationFile',
          summary: 'What a station has sent: diagnostics or a log. Scope `stations:command`.',
          parameters: [ID],
          responses: { '200': file('The bytes.', 'application/octet-stream'), default: REFUSED },
        },
      },
      '/rest/v1/firmware-images': {
        post: {
          operationId: 'uploadFirmwareImage',
          summary:
            'Takes a firmware image. A signed one has `Ampline-Signature` (base64) and `Ampline-Signing-Certificate` (PEM, percent-encoded). Scope `stations:write`.',
          parameters: queryOf(firmwareParameters),
          requestBody: { required: true, content: { 'application/octet-stream': { schema: { type: 'string', format: 'binary' } } } },
          responses: { '201': json('It is in the repository.', firmwareImage), default: REFUSED },
        },
      },
      '/rest/v1/imports': {
        post: {
          operationId: 'uploadImport',
          summary:
            'Takes a table, CSV or XLSX, at most 10 MiB, and compares it with what there is. Nothing is written. Scope `stations:write`.',
          parameters: queryOf(importParameters),
          requestBody: {
            required: true,
            content: Object.fromEntries(IMPORT_TYPES.map((type) => [type, { schema: { type: 'string', format: 'binary' } }])),
          },
          responses: { '201': json('It is being compared.', imported), default: REFUSED },
        },
      },
      '/rest/v1/imports/template.csv': {
        get: {
          operationId: 'importTemplate',
          summary: 'The columns of a kind with two rows. Scope `stations:write`.',
          parameters: queryOf(templateParameters),
          responses: { '200': file('CSV.', 'text/csv'), default: REFUSED },
        },
      },
      '/rest/v1/imports/{id}/errors.csv': {
        get: {
          operationId: 'importErrors',
          summary: 'What is wrong in which row. Scope `stations:write`.',
          parameters: [ID],
          responses: { '200': file('CSV.', 'text/csv'), default: REFUSED },
        },
      },
      '/rest/v1/brands/{id}/logo': {
        put: {
          operationId: 'setBrandLogo',
          summary: 'Sets the logo of a brand: PNG or SVG, at most 256 KiB.',
          security: [{ person: [] }],
          parameters: [ID],
          requestBody: {
            required: true,
            content: { 'image/png': { schema: { type: 'string', format: 'binary' } }, 'image/svg+xml': { schema: { type: 'string' } } },
          },
          responses: { '200': json('Where the logo is from now on.', logo), default: REFUSED },
        },
      },
    },
  };
}

export function openapiRoute(publicUrl: string): Router {
  const document = openapi(publicUrl);
  const router = Router();
  router.get('/openapi.json', (_request, response) => void response.set('cache-control', 'no-cache').json(document));
  return router;
}
