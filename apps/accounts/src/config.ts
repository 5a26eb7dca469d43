import { defineConfig, wholeNumber } from '@ampline/platform-config';
import { z } from 'zod';

export const accountsConfig = defineConfig(
  'ACCOUNTS',
  z.object({
    exportBatch: wholeNumber(1, 10_000).default(500).describe('Rows that an export reads at a time.'),
    auditRetentionMonths: wholeNumber(0, 1_200)
      .default(24)
      .describe('Whole months that the audit log is kept after the month of the deed. 0: for ever.'),
    identityTimeoutMs: wholeNumber(100, 5_000)
      .default(5_000)
      .describe('How long an answer of the identity provider is waited for; afterwards it counts as away.'),
    identityRetryMs: wholeNumber(100, 60_000)
      .default(2_000)
      .describe('How often it is looked whether the identity provider has still to learn of changed users.'),
  }),
);

export type AccountsConfig = z.output<typeof accountsConfig.schema>;
