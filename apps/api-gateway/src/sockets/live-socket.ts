import type { WebSocket } from 'ws';
import type { Access } from '../auth/access.js';
import type { Credential } from '../auth/credential.js';
import type { Close } from './close-codes.js';

/** Longest wait of a timer. */
const LONGEST_MS = 2 ** 31 - 1;

/** One WebSocket: who it is of, what runs on it, when it ends. */
export class LiveSocket {
  private admitted: { readonly credential: Credential; readonly access: Access } | undefined;
  private ending: NodeJS.Timeout | undefined;
  private readonly operations = new Map<string, AbortController>();

  /** `register`: where it stands for as long as it is open. */
  constructor(
    private readonly socket: WebSocket,
    register: { add(socket: LiveSocket): void; remove(socket: LiveSocket): void },
  ) {
    register.add(this);
    socket.once('close', () => {
      register.remove(this);
      this.release();
    });
  }

  get credential(): Credential | undefined {
    return this.admitted?.credential;
  }

  get access(): Access | undefined {
    return this.admitted?.access;
  }

  get subscriptions(): number {
    return this.operations.size;
  }

  /** From now on it is its owner's, until the credential ends. */
  admit(credential: Credential, access: Access, o: { inMs: number; end: Close }): void {
    if (this.socket.readyState !== this.socket.OPEN) return;
    this.admitted = { credential, access };
    if (o.inMs <= LONGEST_MS) this.ending = setTimeout(() => this.close(o.end), o.inMs);
  }

  /** The signal of one operation, aborted when it ends however it ends. */
  begin(id: string): AbortSignal {
    const controller = new AbortController();
    this.operations.set(id, controller);
    return controller.signal;
  }

  end(id: string): void {
    this.operations.get(id)?.abort();
    this.operations.delete(id);
  }

  close({ code, reason }: Close): void {
    this.socket.close(code, reason);
  }

  terminate(): void {
    this.socket.terminate();
  }

  private release(): void {
    clearTimeout(this.ending);
    for (const id of [...this.operations.keys()]) this.end(id);
  }
}
