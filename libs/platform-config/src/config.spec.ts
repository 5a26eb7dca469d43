import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { defineConfig, flag, list, secret, wholeNumber } from './config.js';

const config = defineConfig(
  'BILLING',
  z.object({
    httpPort: wholeNumber(0, 65535).default(7101).describe('Port of probes and metrics.'),
    databaseUrl: secret(z.string().min(1)).describe('PostgreSQL.'),
    busPassword: secret(z.string()).optional().describe('Password of the bus user.'),
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

  it('hides a secret that is optional or has a default', () => {
    const read = config.parse({ BILLING_DATABASE_URL: 'postgresql://x', BILLING_BUS_PASSWORD: 'hunter2' });
    expect(read.ok && config.redacted(read.value).join()).not.toContain('hunter2');
    const demo = defineConfig('DEMO', z.object({ token: secret(z.string()).default('hunter2') }));
    expect(JSON.stringify(demo.describe())).not.toContain('hunter2');
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
      {
        variable: 'BILLING_BUS_PASSWORD',
        type: 'text',
        default: '',
        description: 'Password of the bus user.',
        secret: true,
        required: false,
      },
      { variable: 'BILLING_MODE', type: 'fast | careful', default: 'careful', description: '', secret: false, required: false },
      { variable: 'BILLING_TRACING', type: 'true | false', default: 'false', description: '', secret: false, required: false },
      { variable: 'BILLING_HOSTS', type: 'text', default: '', description: '', secret: false, required: false },
    ]);
  });
});
