import { defineConfig, wholeNumber } from '@ampline/platform-config';
import { z } from 'zod';

export const sessionExportConfig = defineConfig(
  'SESSION_EXPORT',
  z.object({
    rebuildBatch: wholeNumber(1, 5_000).default(500).describe('Sessions that a rebuild of the projection settles in one transaction.'),
    factTries: wholeNumber(1, 100)
      .default(10)
      .describe('Deliveries of a fact that fails before it is parked; the pause between them doubles from 1 s.'),
    factAckWaitS: wholeNumber(1, 3_600)
      .default(30)
      .describe('After so long without an acknowledgement a fact is given to another replica, seconds.'),
    retentionMonths: wholeNumber(0, 1_200)
      .default(120)
      .describe('Whole months that session records are kept after the month in which they were received. 0: for ever.'),
  }),
);

export type SessionExportConfig = z.output<typeof sessionExportConfig.schema>;
