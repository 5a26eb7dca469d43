// The console as static files under /console/: `npm run build` runs it after the type check.
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { persistedOperations } from './persisted-operations.mjs';
import { separateDocuments } from './separate-documents.mjs';

export default defineConfig({
  root: import.meta.dirname,
  base: '/console/',
  plugins: [react(), separateDocuments('src/generated/graphql.ts'), persistedOperations('src')],
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    target: 'es2022',
    // Fonts and icons stay files: a content security policy without data: is enough.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 900,
  },
  server: { proxy: proxy() },
});

/** `vite` alone, for work on pages: everything that is not the console comes from an API that runs elsewhere. */
function proxy() {
  const target = 'http://localhost:4000';
  return { '/graphql': { target, ws: true }, '/console/config.json': target, '/files': target };
}
