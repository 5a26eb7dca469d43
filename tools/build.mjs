// `npm run build`: packages, generated code and build brought up to date, nothing started.
import { bootstrap } from './bootstrap.mjs';
import { endWith, seconds } from './support/report.mjs';

const from = performance.now();
await bootstrap().catch(endWith);
console.log(`built (${seconds(from)})`);
