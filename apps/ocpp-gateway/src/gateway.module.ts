import { RUNTIME, type ServiceRuntime } from '@ampline/platform-runner';
import {
  Inject,
  Injectable,
  Module,
  type BeforeApplicationShutdown,
  type DynamicModule,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import type { GatewayConfig } from './config.js';
import { Gateway } from './gateway.js';

/** Ties the gateway to the life of the service: stations come in when the service is up, and are let go before the bus is. */
@Injectable()
export class GatewayHost implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private gateway: Gateway | undefined;
  private readonly reload = () => this.gateway?.reloadCertificates();

  constructor(@Inject(RUNTIME) private readonly runtime: ServiceRuntime<GatewayConfig>) {}

  async onApplicationBootstrap(): Promise<void> {
    const { config, bus, telemetry, instance, mqttTopics, readiness } = this.runtime;
    const gateway = await Gateway.start({ config, bus, telemetry, instance, mqttTopics });
    this.gateway = gateway;
    process.on('SIGHUP', this.reload);
    readiness.add('listener', () => gateway.checkListening());
  }

  async beforeApplicationShutdown(): Promise<void> {
    process.off('SIGHUP', this.reload);
    await this.gateway?.stop();
  }
}

@Module({})
export class GatewayModule {
  static of(runtime: ServiceRuntime<GatewayConfig>): DynamicModule {
    return { module: GatewayModule, providers: [{ provide: RUNTIME, useValue: runtime }, GatewayHost] };
  }
}
