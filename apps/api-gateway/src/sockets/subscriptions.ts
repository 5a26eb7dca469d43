import type { Clock } from '@ampline/kernel-time';
import { GraphQLError, type ExecutionArgs, type GraphQLSchema } from 'graphql';
import { makeServer, type Context, type Server } from 'graphql-ws';
import type { Admission } from '../auth/admission.js';
import { credentialOf } from '../auth/credential.js';
import type { ErrorAnswers } from '../error-answers.js';
import { apiErrors } from '../errors.js';
import type { GatewayContext } from '../graphql/context.js';
import type { Contexts } from '../graphql/contexts.js';
import type { OperationGate } from '../graphql/operation-gate.js';
import { Close } from './close-codes.js';
import type { LiveSocket } from './live-socket.js';
import type { OpenSockets } from './open-sockets.js';
import { subscribeAfresh } from './subscribe-afresh.js';

const INIT_WITHIN_MS = 5_000;

/** What graphql-ws carries along for one socket. */
interface Extra {
  readonly socket: LiveSocket;
  readonly address: string;
  readonly host: string;
}

type SocketContext = Context<Record<string, unknown>, Extra>;

/** Operations over one WebSocket each: admission, gate, execution, errors. */
export class Subscriptions {
  constructor(
    private readonly o: {
      schema: GraphQLSchema;
      admission: Admission;
      gate: OperationGate;
      contexts: Contexts;
      answers: ErrorAnswers;
      sockets: OpenSockets;
      clock: Clock;
      limits: { socketsPerCaller: number; subscriptionsPerSocket: number };
    },
  ) {}

  /** The protocol's state machine, to be fed with sockets. */
  server(): Server<Extra> {
    return makeServer<Record<string, unknown>, Extra>({
      connectionInitWaitTimeout: INIT_WITHIN_MS,
      onConnect: (context) => this.connect(context),
      onSubscribe: (context, id, payload) => this.open(context, id, payload),
      onComplete: (context, id) => context.extra.socket.end(id),
      onNext: (_context, _id, _payload, _args, { errors, ...result }) =>
        errors ? { ...result, errors: errors.map((error) => this.o.answers.graphql(error)) } : undefined,
      // Refusals of `open` have been told already; what is thrown while a subscription runs has not.
      onError: (_context, _id, _payload, errors) =>
        errors.map((error) => (error instanceof GraphQLError && error.originalError ? this.o.answers.graphql(error) : error)),
      subscribe: (args) => this.subscribe(args as SubscribeArgs),
    });
  }

  /** The socket is closed by us when it is not let in, so that the client learns whether to come back. */
  private async connect({ connectionParams, extra: { socket, address } }: SocketContext): Promise<boolean> {
    const { sockets, limits, admission, clock } = this.o;
    try {
      const authorization = connectionParams?.['authorization'];
      if (typeof authorization !== 'string') throw apiErrors.unauthenticated({ reason: 'no-credential' });
      const credential = credentialOf(authorization);
      const access = await admission.admit(credential, address);
      if (!access) throw apiErrors.unauthenticated({ reason: 'no-credential' });
      if (sockets.of(access.viewer.subject) >= limits.socketsPerCaller) throw apiErrors.tooManySockets({ limit: limits.socketsPerCaller });
      socket.admit(credential, access, { inMs: access.endsAt - clock.now().getTime(), end: Close.renew });
      return true;
    } catch (error) {
      const told = this.o.answers.tell(error);
      socket.close(told.kind === 'unauthenticated' || told.kind === 'forbidden' ? Close.refused : Close.later);
      return false;
    }
  }

  private open({ extra }: SocketContext, id: string, payload: unknown): SubscribeArgs | GraphQLError[] {
    const { socket, host } = extra;
    const { limits, gate, contexts, schema } = this.o;
    try {
      if (socket.subscriptions >= limits.subscriptionsPerSocket) {
        throw apiErrors.tooManySubscriptions({ limit: limits.subscriptionsPerSocket });
      }
      const { document, operationName, variables } = gate.open(payload, socket.access?.viewer, 'socket');
      const signal = socket.begin(id);
      const contextValue = contexts.make({ credential: socket.credential, access: socket.access, host, signal });
      return { schema, document, operationName: operationName ?? null, variableValues: variables, contextValue, end: () => socket.end(id) };
    } catch (error) {
      return this.o.answers.wholeOperation(error).body.errors.map(({ message, ...rest }) => new GraphQLError(message, rest));
    }
  }

  private subscribe(args: SubscribeArgs) {
    return subscribeAfresh(args, { contextFor: () => this.o.contexts.renewed(args.contextValue), onReturn: args.end });
  }
}

/** What graphql-ws passes from `onSubscribe` on to `subscribe`. */
interface SubscribeArgs extends ExecutionArgs {
  readonly contextValue: GatewayContext;
  readonly end: () => void;
}
