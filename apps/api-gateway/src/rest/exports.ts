import { Router, type Request } from 'express';
import { present, textOf, timestampOf } from '../mapping/values.js';
import { auditEntry } from '../people/audit.resolvers.js';
import { directions, ocppMessage } from '../stations/stations.mapping.js';
import { csvLine } from './csv.js';
import { headed, mapped, rowsOf, sendLines } from './line-stream.js';
import { archiveParameters, auditParameters, messageParameters, parameters, uuid } from './parameters.js';
import type { RestAccess } from './rest-access.js';

const AUDIT_COLUMNS = [
  'at',
  'actorKind',
  'actorId',
  'actorName',
  'via',
  'action',
  'entityType',
  'entityId',
  'entityName',
  'detail',
  'context',
  'traceId',
] as const;

const ARCHIVE_COLUMNS = [
  'receivedAt',
  'station',
  'stationId',
  'direction',
  'action',
  'result',
  'requestFrame',
  'responseFrame',
  'deviations',
  'messageId',
  'id',
] as const;

/** Long lists as files: raw messages as JSON lines or CSV, the audit log as CSV. */
export function exportRoutes(access: RestAccess): Router {
  const router = Router();

  router.get('/stations/:id/messages.jsonl', async (request, response) => {
    const { stations } = await access.doorsFor(request, 'Station.messages');
    const stationId = parameters(uuid, request.params.id);
    const { action, direction, from, before, limit } = parameters(messageParameters, request.query);
    const rows = rowsOf(limit, async (page) => {
      const answer = await stations.listMessages({
        stationId,
        page,
        action: textOf(action),
        direction: directions.value(direction),
        receivedFrom: timestampOf(from),
        receivedBefore: timestampOf(before),
      });
      return { rows: answer.messages, page: answer.page };
    });
    const lines = mapped(rows, (message) => JSON.stringify(ocppMessage(stationId, message)));
    await sendLines(response, { type: 'application/jsonl', fileName: `messages-${stationId}.jsonl`, lines });
  });

  const archive = async (request: Request) => {
    const { stations } = await access.doorsFor(request, 'Station.messages');
    const { station, site, action, direction, result, from, before } = parameters(archiveParameters, request.query);
    const exported = await stations.exportMessages({
      stationId: textOf(station),
      siteId: textOf(site),
      action: textOf(action),
      direction: directions.value(direction),
      result: textOf(result),
      receivedFrom: timestampOf(from),
      receivedBefore: timestampOf(before),
    });
    return mapped(exported, ({ stationId, stationIdentity, message }) => ({
      station: stationIdentity,
      ...ocppMessage(stationId, present(message)),
    }));
  };

  router.get('/messages.ndjson', async (request, response) => {
    const lines = mapped(await archive(request), (message) => JSON.stringify(message));
    await sendLines(response, { type: 'application/x-ndjson', fileName: 'messages.ndjson', lines });
  });

  router.get('/messages.csv', async (request, response) => {
    const lines = headed(
      csvLine(ARCHIVE_COLUMNS),
      mapped(await archive(request), ({ deviations, ...plain }) => {
        const cells = { ...plain, deviations: deviations.join('; ') };
        return csvLine(ARCHIVE_COLUMNS.map((column) => cells[column] ?? ''));
      }),
    );
    await sendLines(response, { type: 'text/csv; charset=utf-8', fileName: 'messages.csv', lines });
  });

  router.get('/audit.csv', async (request, response) => {
    const { audit } = await access.doorsFor(request, 'Query.audit');
    const { text, action, from, before, limit } = parameters(auditParameters, request.query);
    const asked = { text: textOf(text), action: textOf(action), from: timestampOf(from), before: timestampOf(before) };
    const rows = rowsOf(limit, async (page) => {
      const { entries, page: next } = await audit.searchAudit({ ...asked, page });
      return { rows: entries, page: next };
    });
    const lines = headed(
      csvLine(AUDIT_COLUMNS),
      mapped(rows, (entry) => {
        const { detail, ...plain } = auditEntry(entry);
        const cells = { ...plain, detail: detail === null ? '' : JSON.stringify(detail) };
        return csvLine(AUDIT_COLUMNS.map((column) => cells[column] ?? ''));
      }),
    );
    await sendLines(response, { type: 'text/csv; charset=utf-8', fileName: 'audit.csv', lines });
  });

  return router;
}
