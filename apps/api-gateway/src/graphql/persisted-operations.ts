import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { apiErrors } from '../errors.js';

const manifest = z.record(z.string().regex(/^[0-9a-f]{64}$/), z.string());

/** Operations that were registered when the console was built, by the SHA-256 of their text. Clients register nothing. */
export class PersistedOperations {
  private constructor(private readonly documents: ReadonlyMap<string, string>) {}

  /** Reads `persisted-operations.json` of a folder; without the file there are none. Throws when an entry is not what its hash says. */
  static read(folder: string): PersistedOperations {
    const file = join(folder, 'persisted-operations.json');
    if (!existsSync(file)) return new PersistedOperations(new Map());
    const documents = new Map(Object.entries(manifest.parse(JSON.parse(readFileSync(file, 'utf8')))));
    for (const [hash, document] of documents) {
      if (createHash('sha256').update(document).digest('hex') !== hash) throw apiErrors.persistedQueryUnknown({ hash });
    }
    return new PersistedOperations(documents);
  }

  /** Whether this very text is registered. */
  has(document: string): boolean {
    return this.documents.has(createHash('sha256').update(document).digest('hex'));
  }

  /** The document of a hash, with or without `sha256:` before it. Throws `api.persisted-query-unknown`. */
  document(id: string): string {
    const hash = id.replace(/^sha256:/, '').toLowerCase();
    const document = this.documents.get(hash);
    if (document === undefined) throw apiErrors.persistedQueryUnknown();
    return document;
  }
}
