// `node tools/docs.mjs`: writes the reference pages that follow from the code; with --check it fails when one is stale.
import { bootstrap } from './bootstrap.mjs';
import { runToEnd } from './support/child.mjs';
import { endWith } from './support/report.mjs';
import { at } from './support/workspace.mjs';

const node = await bootstrap().catch(endWith);
const command = [node, at('tools/support/reference-pages.mjs'), ...process.argv.slice(2)];
process.exitCode = (await runToEnd(command, { show: true })).code;
