import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { defineConfig, flag, list, secret, wholeNumber } from './config.js';

const config = defineConfig(
  'BILLING',
  z.object({
    httpPort: wholeNumber(0, 65535).default(7101).describe('Port of probes and metrics.'),
    databaseUrl: secret(z.string().min(1)).describe('PostgreSQL.'),
    mode: z.enum(['fast', 'careful']).default('careful'),
    tracing: flag().default(false),
    hosts: list().default([]),
  }),
);

describe('defineConfig', () => {
  it('reads prefixed variables and fills in defaults', () => {
    const read = config.parse({
      BILLING_DATABASE_URL: 'postgresql://x',
      BILLING_HTTP_PORT: '8080',
      BILLING_TRACING: 'true',
      BILLING_HOSTS: 'a, b,',
    });
    expect(read).toEqual({
      ok: true,
      value: { httpPort: 8080, databaseUrl: 'postgresql://x', mode: 'careful', tracing: true, hosts: ['a', 'b'] },
    });
  });

  it('takes an empty variable for an unset one', () => {
    expect(config.parse({ BILLING_DATABASE_URL: 'x', BILLING_HTTP_PORT: '' })).toMatchObject({ ok: true, value: { httpPort: 7101 } });
  });

  it('reports every problem at once, by variable', () => {
    const read = config.parse({ BILLING_HTTP_PORT: 'http', BILLING_MODE: 'slow' });
    expect(read.ok ? [] : read.problems.map((p) => p.variable)).toEqual(['BILLING_HTTP_PORT', 'BILLING_DATABASE_URL', 'BILLING_MODE']);
    expect(read.ok ? '' : read.problems[1]?.problem).toMatch(/not set/);
  });

  it('hides secrets when printed', () => {
    const read = config.parse({ BILLING_DATABASE_URL: 'postgresql://user:hunter2@host' });
    expect(read.ok && config.redacted(read.value)).toContain('BILLING_DATABASE_URL=[secret]');
  });

  it('describes each variable for the documentation', () => {
    expect(config.describe()).toEqual([
      {
        variable: 'BILLING_HTTP_PORT',
        type: 'number 0–65535',
        default: '7101',
        description: 'Port of probes and metrics.',
        secret: false,
        required: false,
      },
      { variable: 'BILLING_DATABASE_URL', type: 'text', default: '', description: 'PostgreSQL.', secret: true, required: true },
      { variable: 'BILLING_MODE', type: 'fast | careful', default: 'careful', description: '', secret: false, required: false },
      { variable: 'BILLING_TRACING', type: 'text', default: 'false', description: '', secret: false, required: false },
      { variable: 'BILLING_HOSTS', type: 'text', default: '', description: '', secret: false, required: false },
    ]);
  });
});
