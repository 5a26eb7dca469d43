import type { AccessRule, GrpcBinding, Role } from '@ampline/platform-grpc';
import type { AnyServiceDefinition } from '@ampline/platform-runner';

/** A gRPC method with what the platform says about it. */
export interface WalkedMethod {
  /** `<service>/<method>` */
  name: string;
  /** Service of the platform that serves it. */
  server: string;
  binding: GrpcBinding;
  method: GrpcBinding['service']['methods'][number];
  rule: AccessRule;
}

/** Every method of every service. */
export function methodsOf(definitions: readonly AnyServiceDefinition[]): WalkedMethod[] {
  return definitions.flatMap(({ name: server, grpc }) =>
    grpc.flatMap((binding) =>
      binding.service.methods.map((method) => ({
        name: `${binding.service.name}/${method.name}`,
        server,
        binding,
        method,
        rule: binding.access[method.localName] ?? { roles: [] as Role[], scope: 'platform' as const },
      })),
    ),
  );
}

type Message = WalkedMethod['method']['input'];
type Values = Readonly<Record<string, unknown>>;

/** Values that make a request valid and say nothing about anybody. */
const HARMLESS: Values = {
  action: 'ClearCache',
  payloadJson: '{}',
  timeoutMs: 500,
  name: 'Mine',
  timeZone: 'Europe/Berlin',
  address: 'Street 9',
  postalCode: '10115',
  city: 'Berlin',
  countryCode: 'DEU',
  latitude: '52.5',
  longitude: '13.4',
  password: 'a-password-that-is-long',
  evses: [{ connectors: [{ type: 'cType2', maxPowerW: 22_000n }] }],
  registration: 3,
  evseNumber: 1,
  meterStopWh: 1n,
  meterStartWh: 1n,
  email: 'somebody@mine.example',
  roles: ['driver'],
  scopes: ['stations:read'],
  locale: 'en',
  kind: 1,
  slug: 'mine',
  look: { name: 'Mine', primaryColor: '#003366', accentColor: '#cc5500', defaultLocale: 'en' },
  purpose: 'terms',
  documentVersion: '1',
  mediaType: 'image/png',
};
/** The same, where a name means different things: by the message's name. */
const HARMLESS_IN: Readonly<Record<string, Values>> = {
  SetUserStatusRequest: { status: 3 },
  UpdateOrganisationRequest: { status: 2 },
  UpdateDriverRequest: { status: 2 },
};

/**
 * Requests that name somebody else's things, by the names of the fields: none of them, all of them, each alone; and each member of a oneof.
 */
export function guesses(input: Message, theirs: Values): Values[] {
  const guessable = input.fields.map((field) => field.localName).filter((name) => Object.hasOwn(theirs, name));
  const sets = [[], guessable, ...(guessable.length > 1 ? guessable.map((name) => [name]) : [])];
  return sets.flatMap((names) => fill(input, Object.fromEntries(names.map((name) => [name, theirs[name]])), theirs));
}

function fill(input: Message, chosen: Values, theirs: Values): Values[] {
  const values: Record<string, unknown> = {};
  for (const field of input.fields) {
    if (field.oneof) continue;
    const value = chosen[field.localName] ?? HARMLESS_IN[input.name]?.[field.localName] ?? HARMLESS[field.localName];
    if (value !== undefined) values[field.localName] = value;
    // A filter is filled like a request, with everything at once.
    else if (field.fieldKind === 'message' && field.localName === 'filter')
      values[field.localName] = fill(field.message, theirs, theirs)[0];
  }
  const choices = input.oneofs.flatMap((oneof) =>
    oneof.fields.map((field) => ({
      [oneof.localName]: { case: field.localName, value: field.fieldKind === 'message' ? fill(field.message, theirs, theirs)[0] : {} },
    })),
  );
  return choices.length === 0 ? [values] : choices.map((choice) => ({ ...values, ...choice }));
}

/** All texts and whole numbers of a value, however deep. */
export function textsOf(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value === 'bigint') return [String(value)];
  if (Array.isArray(value)) return value.flatMap(textsOf);
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsOf) : [];
}
