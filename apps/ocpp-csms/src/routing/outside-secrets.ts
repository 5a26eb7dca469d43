/** Passwords and keys that others log in to us with. None is stored: each follows from the installation's secret and its generation. */
export class OutsideSecrets {
  constructor(
    /** The same in all replicas and after each start. */
    private readonly secretFor: (purpose: string) => string,
  ) {}

  mqttPassword(mqttUserId: string, generation: number): string {
    return this.secretFor(`mqtt-user:${mqttUserId}:${generation}`);
  }

  /** Password at the bus, or key of the signature. */
  backEndSecret(backEndId: string, generation: number): string {
    return this.secretFor(`back-end:${backEndId}:${generation}`);
  }
}

/** Name under which an MQTT user logs in. */
export function mqttUsername(tenant: string, name: string): string {
  return `${tenant}/${name}`;
}

/** Name under which a foreign back end logs in at the bus. */
export function backEndUsername(tenant: string, name: string): string {
  return `${tenant}.${name}`;
}
