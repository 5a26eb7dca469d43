/** A station that was accepted has booted. */
export interface BootedStation {
  tenantId: string;
  /** Slug. */
  tenant: string;
  stationId: string;
  /** OCPP identity. */
  station: string;
  epoch: number;
}

/** What happens after an accepted boot was answered, such as bringing the station to its settings. Must not throw. */
export abstract class AfterBoot {
  abstract stationBooted(station: BootedStation): void;
}

/** Tells several. */
export class AfterBoots implements AfterBoot {
  constructor(private readonly told: readonly AfterBoot[]) {}

  stationBooted(station: BootedStation): void {
    for (const one of this.told) one.stationBooted(station);
  }
}
