import { run } from '@ampline/platform-runner';
import { identityService } from './service.js';

await run([identityService]);
