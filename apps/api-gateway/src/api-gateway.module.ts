import { ApolloDriver, type ApolloDriverConfig } from '@nestjs/apollo';
import { Module, type DynamicModule } from '@nestjs/common';
import { GraphQLModule } from '@nestjs/graphql';
import type { ServiceRuntime } from '@ampline/platform-runner';
import type { Request } from 'express';
import type { ApiGatewayConfig } from './config.js';
import { DoorKeeper } from './doors/doors.js';
import { ContextFactory } from './graphql/context-factory.js';
import { resolvers } from './graphql/resolvers.js';
import { executableSchema } from './graphql/schema.js';

@Module({})
export class ApiGatewayModule {
  static with(runtime: ServiceRuntime<ApiGatewayConfig>): DynamicModule {
    const { telemetry } = runtime;
    const doors = new DoorKeeper({ urlOf: (service) => runtime.grpcUrl(service), token: () => runtime.serviceToken(), telemetry });
    const contexts = new ContextFactory(doors);
    return {
      module: ApiGatewayModule,
      imports: [
        GraphQLModule.forRoot<ApolloDriverConfig>({
          driver: ApolloDriver,
          path: '/graphql',
          schema: executableSchema(resolvers),
          graphiql: false,
          autoTransformHttpErrors: false,
          context: ({ req }: { req: Request }) => contexts.of(req),
        }),
      ],
    };
  }
}
