import { run } from '@ampline/platform-runner';
import { ocppGateway } from './service.js';

await run([ocppGateway]);
