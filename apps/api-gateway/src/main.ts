import { run } from '@ampline/platform-runner';
import { apiGatewayService } from './service.js';

await run([apiGatewayService]);
