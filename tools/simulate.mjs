// `npm run simulate -- …`: simulated charging stations, against a platform that runs.
import { bootstrap } from './bootstrap.mjs';
import { supervise } from './support/child.mjs';
import { endWith } from './support/report.mjs';
import { at } from './support/workspace.mjs';

const node = await bootstrap().catch(endWith);
process.exitCode = await supervise(node, ['--enable-source-maps', at('apps/station-simulator/dist/main.js'), ...process.argv.slice(2)]);
