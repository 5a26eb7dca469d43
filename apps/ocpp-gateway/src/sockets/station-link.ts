/**
 * What carries the frames of one station: the part of a WebSocket of `ws` that {@link StationSocket} uses, so that a WebSocket is one as
 * it is. Over MQTT there is no connection of our own; that link stands for the station's place at the server.
 */
export interface StationLink {
  readonly isPaused: boolean;
  /** As of a WebSocket: 1 is open. */
  readonly readyState: number;
  /** Accepted, not sent yet. */
  readonly bufferedAmount: number;
  send(text: string): void;
  /** A sign of life is asked for: the answer is the event `pong`. */
  ping(): void;
  pause(): void;
  resume(): void;
  close(code: number, reason: string): void;
  terminate(): void;
  on(event: 'message', listener: (data: Buffer, isBinary: boolean) => void): unknown;
  on(event: 'ping' | 'pong', listener: () => void): unknown;
  on(event: 'error', listener: (error: Error) => void): unknown;
  on(event: 'close', listener: (code: number, reason: Buffer) => void): unknown;
}
