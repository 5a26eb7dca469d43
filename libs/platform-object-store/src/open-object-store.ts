import { fileURLToPath } from 'node:url';
import { DirectoryObjectStore } from './directory-object-store.js';
import { objectStoreErrors } from './errors.js';
import type { ObjectStore } from './object-store.js';

export interface ObjectStoreConfig {
  /** `file:///var/lib/ampline/objects` or `s3://bucket/prefix?region=eu-central-1&endpoint=https://minio:9000`. */
  url: string;
  accessKeyId?: string;
  secretAccessKey?: string;
}

/** The store that an address names. Throws `object-store.bad-url`. */
export async function openObjectStore(config: ObjectStoreConfig): Promise<ObjectStore> {
  const url = URL.parse(config.url);
  if (url?.protocol === 'file:') return new DirectoryObjectStore(fileURLToPath(url));
  if (url?.protocol !== 's3:' || url.host === '') throw objectStoreErrors.badUrl();
  // 35 MB that only those need who use it.
  const { S3ObjectStore } = await import('./s3-object-store.js');
  const folder = url.pathname.replace(/^\/+|\/+$/g, '');
  const endpoint = url.searchParams.get('endpoint');
  const { accessKeyId, secretAccessKey } = config;
  return new S3ObjectStore({
    bucket: url.host,
    prefix: folder === '' ? '' : `${folder}/`,
    region: url.searchParams.get('region') ?? 'us-east-1',
    ...(endpoint !== null && { endpoint }),
    ...(accessKeyId !== undefined && secretAccessKey !== undefined && { credentials: { accessKeyId, secretAccessKey } }),
  });
}
