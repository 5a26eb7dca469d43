import { defineConfig, wholeNumber } from '@ampline/platform-config';
import { z } from 'zod';

export const accountsConfig = defineConfig(
  'ACCOUNTS',
  z.object({
    exportBatch: wholeNumber(1, 10_000).default(500).describe('Rows that an export reads at a time.'),
  }),
);

export type AccountsConfig = z.output<typeof accountsConfig.schema>;
