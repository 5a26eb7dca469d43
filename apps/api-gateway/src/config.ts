import { defineConfig, flag, list, wholeNumber } from '@ampline/platform-config';
import { z } from 'zod';

export const apiGatewayConfig = defineConfig(
  'API_GATEWAY',
  z.object({
    port: wholeNumber(0, 65535).default(4000).describe('Port of the API and the web applications. 0: chosen by the kernel.'),
    origins: list()
      .default([])
      .describe('Origins besides the own whose pages may use the API, such as `https://portal.example.com`, separated by commas.'),
    trustedProxies: list()
      .default([])
      .describe(
        'Addresses or networks of reverse proxies, separated by commas: their X-Forwarded-For and -Host are believed. Empty: nobody’s.',
      ),
    introspection: z
      .enum(['persons', 'off'])
      .default('persons')
      .describe('Who may ask for the GraphQL schema: `persons` who have logged in, or nobody (`off`).'),
    persistedOnly: flag()
      .default(false)
      .describe(
        'True: only API keys may send operations of their own, everybody else those that were registered when the console was built.',
      ),
    costLimit: wholeNumber(100, 1_000_000).default(5_000).describe('Highest cost of one GraphQL operation; README of api-gateway.'),
    anonymousPerMinute: wholeNumber(1, 100_000)
      .default(120)
      .describe('Requests a minute from one address without a valid log-in, failed log-ins included, for each replica.'),
    accessCacheSize: wholeNumber(100, 1_000_000).default(20_000).describe('Callers whose exchanged credentials are kept at once.'),
    socketsPerCaller: wholeNumber(1, 1_000).default(20).describe('WebSockets of one caller at once, for each replica.'),
    subscriptionsPerSocket: wholeNumber(1, 1_000).default(50).describe('Subscriptions of one WebSocket at once.'),
    expectedServices: list()
      .default(['accounts', 'ocpp-csms', 'session-export', 'ocpp-gateway'])
      .describe('Services that are told of as down while nothing is heard of them, separated by commas.'),
    webRoot: z.string().optional().describe('Folder of the built console; unset: dist of apps/web-console beside this service.'),
    defaultTenant: z
      .string()
      .default('')
      .describe('Slug of the tenant whose brand and log-in the console offers when the host names none.'),
  }),
);

export type ApiGatewayConfig = z.output<typeof apiGatewayConfig.schema>;
