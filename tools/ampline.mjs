// `npm run ampline -- …`: the administrator's command line.
import { bootstrap } from './bootstrap.mjs';
import { runToEnd } from './support/child.mjs';
import { endWith } from './support/report.mjs';
import { at } from './support/workspace.mjs';

const node = await bootstrap().catch(endWith);
const command = [node, '--enable-source-maps', at('apps/admin-cli/dist/main.js'), ...process.argv.slice(2)];
process.exitCode = (await runToEnd(command, { show: true })).code;
