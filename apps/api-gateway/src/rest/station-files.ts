import { once } from 'node:events';
import { Router } from 'express';
import { present } from '../mapping/values.js';
import { parameters, uuid } from './parameters.js';
import type { RestAccess } from './rest-access.js';

/** What a station has sent, as a file: asked for part by part, no faster than it is read. */
export function stationFileDownload(access: RestAccess): Router {
  const router = Router();
  router.get('/station-files/:id', async (request, response) => {
    const { stationFiles } = await access.doorsFor(request, 'StationFile.downloadPath');
    const fileId = parameters(uuid, request.params.id);
    const file = present((await stationFiles.getStationFile({ fileId })).file);
    // Before the head: what is absent is told as an error.
    let { content } = await stationFiles.readStationFile({ fileId, offset: 0n });
    response.status(200).set({
      'content-type': 'application/octet-stream',
      'content-length': String(file.sizeBytes),
      'content-disposition': `attachment; filename*=UTF-8''${encodeURIComponent(file.fileName || fileId)}`,
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    });
    try {
      for (let offset = 0n; content.length > 0 && !response.destroyed;) {
        if (!response.write(content)) await Promise.race([once(response, 'drain'), once(response, 'close')]);
        offset += BigInt(content.length);
        ({ content } = await stationFiles.readStationFile({ fileId, offset }));
      }
      response.end();
    } catch (error) {
      response.destroy();
      throw error;
    }
  });
  return router;
}
