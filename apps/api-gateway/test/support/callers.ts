import { createHash } from 'node:crypto';
import { CallerKind, type CallerProfileSchema } from '@ampline/contracts';
import { AppError } from '@ampline/kernel-errors';
import { TokenIssuer, type Caller } from '@ampline/platform-grpc';
import type { MessageInitShape } from '@bufbuild/protobuf';
import { timestampFromMs } from '@bufbuild/protobuf/wkt';
import { decodeJwt } from 'jose';
import type { ServiceAnswers } from './stand-ins.js';

export const TENANT = { tenantId: '019f0000-0000-7000-8000-00000000000a', tenantSlug: 'demo', tenantName: 'Demo' };
export const OTHER_TENANT = { tenantId: '019f0000-0000-7000-8000-00000000000b', tenantSlug: 'other', tenantName: 'Other' };

type Profile = MessageInitShape<typeof CallerProfileSchema>;

/** Exchanges as accounts does it: who is known by their `sub`, key or secret, everybody else is refused. */
export class Callers {
  private readonly people = new Map<string, Profile>();
  private readonly keys = new Map<string, Profile>();
  private readonly guests = new Map<string, Profile>();
  /** Exchanges since the start. */
  exchanges = 0;
  /** Life of the internal tokens. */
  lifeS = 300;

  constructor(private readonly secret: string) {}

  person(subject: string, roles: string[], over: Profile = {}): this {
    this.people.set(subject, { ...TENANT, subject, kind: CallerKind.PERSON, name: subject, roles, locale: 'en', ...over });
    return this;
  }

  apiKey(key: string, scopes: string[], over: Profile = {}): this {
    this.keys.set(key, { ...TENANT, subject: idOf(key), kind: CallerKind.API_KEY, name: key, scopes, locale: 'en', ...over });
    return this;
  }

  guest(secret: string, resource: string): this {
    this.guests.set(secret, {
      ...TENANT,
      subject: idOf(secret),
      kind: CallerKind.GUEST,
      name: 'Guest',
      roles: ['guest'],
      resource,
      locale: 'en',
    });
    return this;
  }

  forget(subject: string): void {
    this.people.delete(subject);
    this.keys.delete(subject);
  }

  /** The stand-ins wait for what is promised. */
  answers(): ServiceAnswers {
    const access = {
      exchangeAccessToken: ({ accessToken }: { accessToken: string }) => this.exchanged(this.people.get(decodeJwt(accessToken).sub ?? '')),
      exchangeApiKey: ({ apiKey }: { apiKey: string }) => this.exchanged(this.keys.get(apiKey)),
      exchangeGuestLink: ({ secret }: { secret: string }) => this.exchanged(this.guests.get(secret)),
    };
    return { access: access as unknown as NonNullable<ServiceAnswers['access']> };
  }

  private async exchanged(caller: Profile | undefined) {
    this.exchanges += 1;
    if (!caller) throw new AppError({ kind: 'unauthenticated', code: 'accounts.credential-invalid', message: 'Nobody is known by it.' });
    const token = await new TokenIssuer(this.secret).issue(callerOf(caller), this.lifeS);
    return { token: { token, expiresAt: timestampFromMs(Date.now() + this.lifeS * 1_000) }, caller };
  }
}

/** The id of a key or link: the same whenever it is asked for. */
function idOf(secret: string): string {
  return createHash('sha256').update(secret).digest('hex').slice(0, 32);
}

/** The stand-ins let everybody in whose token holds; what roles may do is the services' own matter. */
function callerOf({ subject = '', tenantId = '' }: Profile): Caller {
  return { subject, kind: 'person', roles: ['operator'], tenantId };
}
