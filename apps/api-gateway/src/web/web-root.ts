import { fileURLToPath } from 'node:url';

/** The folder of the built console; without a configured one that of the workspace. */
export function webRoot(configured: string | undefined): string {
  return configured ?? fileURLToPath(new URL('../../../web-console/dist/', import.meta.url));
}
