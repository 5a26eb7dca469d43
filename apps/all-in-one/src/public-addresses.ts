import type { AnyServiceDefinition, Environment } from '@ampline/platform-runner';

/** Addresses that tokens, links and redirects name, where identity provider and API are part of the installation. What `env` names stays. */
export function publicAddresses(definitions: readonly AnyServiceDefinition[], env: Environment): Record<string, string> {
  const addresses = { AMPLINE_KEYCLOAK_URL: httpUrlOf('identity'), AMPLINE_PUBLIC_URL: httpUrlOf('api-gateway') };
  return Object.fromEntries(
    Object.entries(addresses).flatMap(([variable, url]) => (url === undefined || env[variable] !== undefined ? [] : [[variable, url]])),
  );

  function httpUrlOf(name: string): string | undefined {
    const own = definitions.find((definition) => definition.name === name)?.config.parse(env);
    return own?.ok ? `http://127.0.0.1:${String(own.value['port'])}` : undefined;
  }
}
