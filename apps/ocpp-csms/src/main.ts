import { run } from '@ampline/platform-runner';
import { ocppCsms } from './service.js';

await run([ocppCsms]);
