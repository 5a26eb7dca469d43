import { createClient, type Client as SocketClient } from 'graphql-ws';
import WebSocket from 'ws';

/** What GraphQL answered. */
export interface GraphqlAnswer<T> {
  status: number;
  data: T | null;
  errors: { message: string; path?: (string | number)[]; extensions: { code: string; kind?: string; details?: Record<string, unknown> } }[];
}

/** The value of the header `authorization`: of a person, an API key, or the holder of a guest link. */
export const bearer = (token: string) => `Bearer ${token}`;
export const apiKey = (key: string) => `ApiKey ${key}`;
export const guest = (secret: string) => `Guest ${secret}`;

/** The API in the hands of one caller; without a credential: of a stranger. */
export class ApiClient {
  #socket: SocketClient | undefined;

  constructor(
    readonly url: string,
    private readonly authorization: string | undefined,
  ) {}

  /** Asks; errors are part of the answer. */
  async ask<T>(query: string, variables: Record<string, unknown> = {}): Promise<GraphqlAnswer<T>> {
    const headers = { 'content-type': 'application/json', ...(this.authorization && { authorization: this.authorization }) };
    const response = await fetch(`${this.url}/graphql`, { method: 'POST', headers, body: JSON.stringify({ query, variables }) });
    const answer = (await response.json()) as Partial<GraphqlAnswer<T>>;
    return { status: response.status, data: answer.data ?? null, errors: answer.errors ?? [] };
  }

  /** Asks and expects an answer without errors. */
  async get<T>(query: string, variables: Record<string, unknown> = {}): Promise<T> {
    const { status, data, errors } = await this.ask<T>(query, variables);
    if (errors.length > 0 || data === null) throw new Error(`${status} ${JSON.stringify(errors)} for ${query}`);
    return data;
  }

  /** The codes of the errors that an operation is answered with; empty when it is served. */
  async codes(query: string, variables: Record<string, unknown> = {}): Promise<string[]> {
    return (await this.ask(query, variables)).errors.map(({ extensions }) => extensions.code);
  }

  /** Subscribes, over one socket for all that is subscribed to; what comes is added to `received`, what ends it to `ended`. */
  subscribe<T>(query: string, variables: Record<string, unknown> = {}): Subscribed<T> {
    this.#socket ??= createClient({
      url: `${this.url.replace(/^http/, 'ws')}/graphql`,
      webSocketImpl: WebSocket,
      connectionParams: this.authorization === undefined ? {} : { authorization: this.authorization },
      retryAttempts: 0,
    });
    const subscribed: Subscribed<T> = { received: [], ended: [] };
    this.#socket.subscribe<T>(
      { query, variables },
      {
        next: ({ data, errors }) => {
          if (data) subscribed.received.push({ data, atMs: performance.now() });
          if (errors) subscribed.ended.push(errors);
        },
        error: (error) => void subscribed.ended.push(error),
        complete: () => void subscribed.ended.push('complete'),
      },
    );
    return subscribed;
  }

  async close(): Promise<void> {
    await this.#socket?.dispose();
  }
}

/** A subscription under way. */
export interface Subscribed<T> {
  /** With the time of `performance.now()`. */
  readonly received: { data: T; atMs: number }[];
  readonly ended: unknown[];
}
