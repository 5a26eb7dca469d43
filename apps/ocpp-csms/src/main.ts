import { run } from '@ampline/platform-runner';
import { ocppCsmsService } from './service.js';

await run([ocppCsmsService]);
