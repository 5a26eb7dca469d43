import type { Plugin } from 'vite';

/** SHA-256 of each operation to its text, as the client sends it. */
export function manifestOf(sources: readonly string[]): Record<string, string>;
/** Writes the manifest of the operations below `folder` into the build. */
export function persistedOperations(folder: string): Plugin;
