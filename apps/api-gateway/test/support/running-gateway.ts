import { startServices, stopServices, type RunningService } from '@ampline/platform-runner';
import { testTelemetry } from '@ampline/platform-telemetry';
import { freePort, testNats } from '@ampline/platform-testing';
import { apiGatewayService } from '../../src/index.js';

export const SECRET = 'a-secret-of-at-least-32-characters';

/** The api-gateway on a bus of its own. */
export class RunningGateway {
  private constructor(
    readonly url: string,
    private readonly running: RunningService[],
  ) {}

  static async start(): Promise<RunningGateway> {
    const [nats, port] = await Promise.all([testNats(), freePort()]);
    const env = {
      AMPLINE_SECRET: SECRET,
      AMPLINE_DATABASE_URL: 'postgresql://127.0.0.1:1/none',
      AMPLINE_NATS_URL: nats.url,
      AMPLINE_NATS_AUTH: 'none',
      API_GATEWAY_PORT: String(port),
    };
    const running = await startServices([apiGatewayService], env, { telemetry: (service) => testTelemetry(service) });
    return new RunningGateway(`http://127.0.0.1:${port}`, running);
  }

  async query(query: string): Promise<{ data?: unknown; errors?: unknown[] }> {
    const response = await fetch(`${this.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query }),
    });
    return (await response.json()) as { data?: unknown };
  }

  async stop(): Promise<void> {
    await stopServices(this.running);
  }
}
