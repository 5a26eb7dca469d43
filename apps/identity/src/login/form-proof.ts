import { createHmac, timingSafeEqual } from 'node:crypto';

/** Proofs in hidden fields: only somebody to whom this service has shown a page of this very login has them. */
export class FormProof {
  constructor(private readonly secret: string) {}

  /** Of a page of the login `uid`. */
  of(uid: string): string {
    return this.sign(`form:${uid}`);
  }

  isOf(uid: string, proof: unknown): boolean {
    return same(this.of(uid), proof);
  }

  /** That the user has shown its password in the login `uid`. */
  ticket(uid: string, userId: string): string {
    return `${userId}.${this.sign(`ticket:${uid}:${userId}`)}`;
  }

  /** Whose ticket of the login it is. */
  userOf(uid: string, ticket: unknown): string | undefined {
    const userId = typeof ticket === 'string' ? (ticket.split('.')[0] ?? '') : '';
    return same(this.ticket(uid, userId), ticket) ? userId : undefined;
  }

  private sign(text: string): string {
    return createHmac('sha256', this.secret).update(text).digest('base64url');
  }
}

function same(expected: string, given: unknown): boolean {
  const [a, b] = [Buffer.from(expected), Buffer.from(typeof given === 'string' ? given : '')];
  return a.length === b.length && timingSafeEqual(a, b);
}
