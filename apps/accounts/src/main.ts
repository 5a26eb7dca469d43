import { run } from '@ampline/platform-runner';
import { accountsService } from './service.js';

await run([accountsService]);
