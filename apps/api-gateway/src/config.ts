import { defineConfig, wholeNumber } from '@ampline/platform-config';
import { z } from 'zod';

export const apiGatewayConfig = defineConfig(
  'API_GATEWAY',
  z.object({
    port: wholeNumber(0, 65535).default(4000).describe('Port of the API and the web applications. 0: chosen by the kernel.'),
  }),
);

export type ApiGatewayConfig = z.output<typeof apiGatewayConfig.schema>;
