import { Module, type DynamicModule } from '@nestjs/common';
import { GraphQLModule } from '@nestjs/graphql';
import type { ServiceRuntime } from '@ampline/platform-runner';
import type { ApiGatewayConfig } from './config.js';
import { GatewayParts } from './gateway-parts.js';
import { apolloOptions } from './graphql/apollo-options.js';

@Module({})
export class ApiGatewayModule {
  static with(runtime: ServiceRuntime<ApiGatewayConfig>): DynamicModule {
    const parts = new GatewayParts(runtime);
    return {
      module: ApiGatewayModule,
      imports: [GraphQLModule.forRoot(apolloOptions(parts))],
      providers: [{ provide: GatewayParts, useValue: parts }],
    };
  }
}
