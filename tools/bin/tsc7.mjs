#!/usr/bin/env node
// TypeScript 7 under a name of its own: `typescript` stays 6.0.x for tools that need its compiler API.
await import('../../node_modules/typescript-native/bin/tsc');
