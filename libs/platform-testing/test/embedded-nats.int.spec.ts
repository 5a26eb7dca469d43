import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { EmbeddedNats, isAlive, testNats } from '../src/index.js';
import { connect, type Socket } from 'node:net';
import { once } from 'node:events';

/** Says hello in the NATS protocol and returns the server's answer to a PING. */
async function ping(url: string, credentials: object = {}): Promise<string> {
  const { port } = new URL(url);
  const socket: Socket = connect(Number(port), '127.0.0.1');
  try {
    await once(socket, 'data', { signal: AbortSignal.timeout(2_000) });
    socket.write(`CONNECT ${JSON.stringify({ verbose: false, ...credentials })}\r\nPING\r\n`);
    const [answer] = (await once(socket, 'data', { signal: AbortSignal.timeout(10_000) })) as [Buffer];
    return answer.toString();
  } finally {
    socket.destroy();
  }
}

describe('EmbeddedNats', () => {
  let server: EmbeddedNats;
  beforeAll(async () => {
    server = await testNats();
  });
  afterAll(() => server.stop());

  it('answers on a port that the kernel chose', async () => {
    await expect(ping(server.url)).resolves.toBe('PONG\r\n');
  });

  it('keeps its port through a kill', async () => {
    const { port, pid } = server;
    await server.kill('SIGKILL');
    expect(isAlive(pid)).toBe(false);
    await server.restart();
    expect(server.port).toBe(port);
    await expect(ping(server.url)).resolves.toBe('PONG\r\n');
  });

  it('answers nothing while it is frozen, and can be stopped', async () => {
    const frozen = await testNats();
    await frozen.kill('SIGSTOP');
    await expect(ping(frozen.url)).rejects.toMatchObject({ name: 'AbortError' });
    await frozen.stop();
    expect(isAlive(frozen.pid)).toBe(false);
  });

  it('takes users from a configuration text', async () => {
    const guarded = await testNats({ config: 'authorization { users = [{ user: "csms", password: "secret" }] }' });
    await expect(ping(guarded.url)).resolves.toContain('Authorization Violation');
    await expect(ping(guarded.url, { user: 'csms', pass: 'secret' })).resolves.toBe('PONG\r\n');
    await guarded.stop();
  });

  it('names the log file when the configuration is wrong', async () => {
    await expect(testNats({ config: 'nonsense {{' })).rejects.toMatchObject({ code: 'testing.nats-server.start-failed' });
  });
});
