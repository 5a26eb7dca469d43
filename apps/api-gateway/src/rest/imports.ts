import { Router } from 'express';
import { ImportEffect } from '@ampline/contracts';
import { apiErrors } from '../errors.js';
import { importKinds } from '../imports/imports.mapping.js';
import { partsOf } from './body-parts.js';
import { csvLine } from './csv.js';
import { headed, mapped, rowsOf, sendLines } from './line-stream.js';
import { importParameters, parameters, templateParameters, uuid } from './parameters.js';
import type { RestAccess } from './rest-access.js';

export const IMPORT_TYPES = [
  'text/csv',
  'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  'application/octet-stream',
] as const;
const CSV = 'text/csv; charset=utf-8';
const ERROR_COLUMNS = ['row', 'subject', 'field', 'value', 'code', 'mend'];
const MOST_ROWS = 20_000;
/** Spreadsheets know UTF-8 by it. */
const BOM = '\ufeff';

/** Takes the files of imports, and gives their templates and errors. */
export function importRoutes(access: RestAccess): Router {
  const router = Router();

  router.post('/imports', async (request, response) => {
    const { imports } = await access.doorsFor(request, 'Mutation.applyImport');
    const { kind, fileName } = parameters(importParameters, request.query);
    if (!request.is([...IMPORT_TYPES])) throw apiErrors.mediaTypeUnsupported({ types: [...IMPORT_TYPES] });
    const sizeBytes = BigInt(request.headers['content-length'] ?? 0);
    const { importId } = await imports.beginImport({ kind: importKinds.value(kind), fileName, sizeBytes });
    let part = 0;
    for await (const content of partsOf(request)) await imports.appendImport({ importId, part: part++, content });
    await imports.checkImport({ importId });
    response.status(201).set('cache-control', 'no-store').json({ id: importId });
  });

  router.get('/imports/template.csv', async (request, response) => {
    const { imports } = await access.doorsFor(request, 'Query.imports');
    const { kind, language } = parameters(templateParameters, request.query);
    const { lines } = await imports.getImportTemplate({ kind: importKinds.value(kind), language });
    const separator = language === 'de' ? ';' : ',';
    const texts = lines.map(({ cells }, i) => `${i === 0 ? BOM : ''}${csvLine(cells, separator)}`);
    await sendLines(response, { type: CSV, fileName: `${kind.toLowerCase().replace('_', '-')}.csv`, lines: given(texts) });
  });

  router.get('/imports/:id/errors.csv', async (request, response) => {
    const { imports } = await access.doorsFor(request, 'Import.rows');
    const importId = parameters(uuid, request.params.id);
    const rows = rowsOf(MOST_ROWS, async (page) => {
      const answer = await imports.listImportRows({ importId, effect: ImportEffect.ERROR, page });
      return { rows: answer.rows, page: answer.page };
    });
    const lines = mapped(rows, ({ number, subject, problems }) =>
      problems.map(({ field, value, code, mend }) => csvLine([String(number), subject, field, value, code, mend])).join('\n'),
    );
    await sendLines(response, { type: CSV, fileName: 'errors.csv', lines: headed(`${BOM}${csvLine(ERROR_COLUMNS)}`, lines) });
  });

  return router;
}

async function* given(lines: readonly string[]): AsyncGenerator<string> {
  yield* lines;
}
