// `npm start`: the whole platform in one process, on an embedded database and bus.
import { bootstrap } from './bootstrap.mjs';
import { natsServer } from './nats-server.mjs';
import { supervise } from './support/child.mjs';
import { endWith } from './support/report.mjs';
import { at } from './support/workspace.mjs';

const node = await bootstrap().catch(endWith);
// The launcher starts the bus as a child, unless it is told of another one.
if (process.env.AMPLINE_NATS_URL === undefined) await natsServer().catch(endWith);
// `npm start --reset`, without the two dashes before it, is an option of npm's: it reaches us by the environment alone.
const args = process.argv.slice(2);
if (process.env.npm_config_reset === 'true' && !args.includes('--reset')) args.push('--reset');
process.exitCode = await supervise(node, ['--enable-source-maps', at('apps/all-in-one/dist/main.js'), ...args]);
