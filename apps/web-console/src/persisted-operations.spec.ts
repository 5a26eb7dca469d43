import { createHash } from 'node:crypto';
import { globSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { InMemoryCache } from '@apollo/client';
import { describe, expect, it } from '@jest/globals';
import { Kind, print, type DocumentNode } from 'graphql';
import { manifestOf } from '../persisted-operations.mjs';
import * as generated from './generated/graphql.js';

const sources = globSync('**/*.graphql', { cwd: import.meta.dirname }).map((file) =>
  readFileSync(resolve(import.meta.dirname, file), 'utf8'),
);
const documents = Object.values(generated).filter(
  (document: DocumentNode) => document.definitions[0]?.kind === Kind.OPERATION_DEFINITION,
) as DocumentNode[];

describe('the manifest of persisted operations', () => {
  const manifest = manifestOf(sources);

  it('has every operation to the byte as the client sends it, and no other', () => {
    const cache = new InMemoryCache();
    const sent = documents.map((document) => print(cache.transformDocument(document)));
    expect(Object.values(manifest).sort()).toEqual(sent.sort());
  });

  it('names each by its SHA-256', () => {
    for (const [hash, text] of Object.entries(manifest)) expect(createHash('sha256').update(text).digest('hex')).toBe(hash);
  });
});
