import { run } from '@ampline/platform-runner';
import { sessionExportService } from './service.js';

await run([sessionExportService]);
