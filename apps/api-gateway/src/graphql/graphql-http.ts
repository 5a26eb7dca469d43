import { inSpan, type Telemetry } from '@ampline/platform-telemetry';
import { SpanKind } from '@opentelemetry/api';
import { json, type Request, type RequestHandler, type Response } from 'express';
import type { Admission } from '../auth/admission.js';
import { credentialOfHeaders } from '../auth/credential.js';
import type { ErrorAnswers } from '../error-answers.js';
import { apiErrors } from '../errors.js';
import { bodyError } from '../http/body-error.js';
import type { Contexts } from './contexts.js';
import type { OpenedOperation, OperationGate } from './operation-gate.js';
import type { OperationMetrics } from './operation-metrics.js';
import { Turns } from './turns.js';

const BODY_LIMIT = 100 * 1_024;
/** An operation keeps the thread for some milliseconds. */
const BEGUN_PER_TURN = 4;

/** What stands before Apollo: who asks, the body, the gate. What is refused here never reaches it. */
export class GraphqlHttp {
  private readonly turns = new Turns(BEGUN_PER_TURN);
  private readonly parse = json({ limit: BODY_LIMIT, type: 'application/json' });

  constructor(
    private readonly o: {
      admission: Admission;
      gate: OperationGate;
      contexts: Contexts;
      answers: ErrorAnswers;
      metrics: OperationMetrics;
      telemetry: Telemetry;
    },
  ) {}

  middleware(): RequestHandler {
    return (request, response, next) => {
      const begun = performance.now();
      this.open(request, response).then(
        (operation) => this.serve(operation, response, next),
        (error: unknown) => {
          this.o.metrics.record({ name: '', type: 'unknown', outcome: 'refused', begun });
          const { status, headers, body } = this.o.answers.wholeOperation(error);
          response.status(status).set(headers).json(body);
        },
      );
    };
  }

  private async open(request: Request, response: Response): Promise<OpenedOperation> {
    response.setHeader('cache-control', 'no-store');
    await this.turns.next();
    if (request.method !== 'POST' && request.method !== 'GET') throw apiErrors.methodNotAllowed();
    const credential = credentialOfHeaders(request.headers);
    const access = await this.o.admission.admit(credential, request.ip ?? '');
    const transport = request.method === 'GET' ? 'get' : 'post';
    const body = transport === 'get' ? queryOf(request) : await this.bodyOf(request, response);
    const operation = this.o.gate.open(body, access?.viewer, transport);
    const gone = new AbortController();
    response.once('close', () => gone.abort());
    this.o.contexts.attach(request, this.o.contexts.make({ credential, access, host: request.hostname, signal: gone.signal }));
    // Apollo sees what has passed the gate and nothing else.
    request.method = 'POST';
    const { query, operationName, variables } = operation;
    request.body = { query, variables, ...(operationName !== undefined && { operationName }) };
    return operation;
  }

  /** `application/json` alone: a form of another site cannot send it, so cookies or not, no page can make a browser of somebody send operations. */
  private async bodyOf(request: Request, response: Response): Promise<unknown> {
    if (!request.is('application/json')) throw apiErrors.mediaTypeUnsupported();
    await new Promise<void>((resolve, reject) =>
      this.parse(request, response, (error?: unknown) => (error ? reject(bodyError(error)) : resolve())),
    );
    return request.body;
  }

  private serve(operation: OpenedOperation, response: Response, next: () => void): void {
    const name = `graphql ${operation.type} ${operation.name}`.trimEnd();
    const closed = new Promise<void>((resolve) => response.once('close', resolve));
    void inSpan(this.o.telemetry.tracer, name, { kind: SpanKind.SERVER }, () => {
      next();
      return closed;
    });
  }
}

function queryOf(request: Request): Record<string, unknown> {
  const { variables, extensions, ...plain } = request.query;
  return { ...plain, variables: parsed(variables), extensions: parsed(extensions) };
}

function parsed(text: unknown): unknown {
  if (text === undefined) return undefined;
  try {
    return JSON.parse(String(text));
  } catch (cause) {
    throw apiErrors.bodyUnreadable(undefined, cause);
  }
}
