import { Router } from 'express';
import { apiErrors } from '../errors.js';
import { textOf } from '../mapping/values.js';
import { partsOf } from './body-parts.js';
import { firmwareParameters, parameters } from './parameters.js';
import type { RestAccess } from './rest-access.js';

const TYPE = 'application/octet-stream';

/** Takes a firmware image: passed on part by part as it arrives. What describes it stands in the query and, where it is long, in headers. */
export function firmwareUpload(access: RestAccess): Router {
  const router = Router();
  router.post('/firmware-images', async (request, response) => {
    const { firmware } = await access.doorsFor(request, 'Mutation.createFirmwareCampaign');
    const { vendor, model, version, fileName, sha256 } = parameters(firmwareParameters, request.query);
    if (!request.is(TYPE)) throw apiErrors.mediaTypeUnsupported({ types: [TYPE] });
    const { imageId } = await firmware.beginFirmwareImage({
      ...{ vendor, version, fileName, model: textOf(model), sha256: textOf(sha256) },
      sizeBytes: BigInt(request.headers['content-length'] ?? 0),
      signature: textOf(request.header('ampline-signature')),
      signingCertificate: certificateOf(request.header('ampline-signing-certificate')),
    });
    let part = 0;
    for await (const content of partsOf(request)) await firmware.appendFirmwareImage({ imageId, part: part++, content });
    const { image } = await firmware.finishFirmwareImage({ imageId, parts: part }, { timeoutMs: 120_000 });
    response
      .status(201)
      .set('cache-control', 'no-store')
      .json({ id: image?.imageId ?? '', sha256: image?.sha256 ?? '' });
  });
  return router;
}

/** PEM, percent-encoded as a header has to be. */
function certificateOf(header: string | undefined): string {
  try {
    return decodeURIComponent(textOf(header));
  } catch {
    throw apiErrors.parameterInvalid({ parameters: [{ name: 'ampline-signing-certificate', message: 'percent-encoded PEM' }] });
  }
}
