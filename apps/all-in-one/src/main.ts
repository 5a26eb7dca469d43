import { fileURLToPath } from 'node:url';
import { launch } from './launch.js';

const root = fileURLToPath(new URL('../../../', import.meta.url));
await launch(process.argv.slice(2), process.env, root);
