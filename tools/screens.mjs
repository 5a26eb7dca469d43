// `npm run screens`: the pictures of docs/screens, taken anew of a platform with the demo that is started for it and thrown away.
import { bootstrap } from './bootstrap.mjs';
import { chromium } from './chromium.mjs';
import { natsServer } from './nats-server.mjs';
import { supervise } from './support/child.mjs';
import { endWith } from './support/report.mjs';
import { at } from './support/workspace.mjs';

async function main() {
  const node = await bootstrap();
  const browser = await chromium();
  await natsServer();
  return supervise(node, [at('tools/support/take-screens.mjs')], { AMPLINE_CHROMIUM: browser });
}

process.exitCode = await main().catch(endWith);
