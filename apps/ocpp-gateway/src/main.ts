import { run } from '@ampline/platform-runner';
import { ocppGatewayService } from './service.js';

await run([ocppGatewayService]);
