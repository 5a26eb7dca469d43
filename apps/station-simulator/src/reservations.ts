import type { RequestOf, ResponseOf } from '@ampline/protocol-ocpp';
import type { TimerHandle } from '@ampline/kernel-time';
import type { StationConfiguration } from './configuration.js';
import type { SimulatedEvse } from './simulated-evse.js';
import type { StationParts } from './station-parts.js';

interface Reservation {
  id: number;
  /** 0: any connector. */
  connectorId: number;
  idToken: string;
  parentIdToken: string | undefined;
  expiry: TimerHandle;
}

/** Somebody who wants to charge. */
export interface Driver {
  idToken: string;
  parentIdToken?: string | undefined;
}

type ReserveStatus = ResponseOf<'ReserveNow'>['status'];

/** Reservations of one station (OCPP 1.6 §3.11). Those of a connector show on it, those of connector 0 only keep one free. */
export class Reservations {
  private list: Reservation[] | undefined;

  constructor(
    private readonly parts: Pick<StationParts, 'clock' | 'timers'> & { configuration: StationConfiguration },
    private readonly evses: () => readonly SimulatedEvse[],
  ) {}

  /** ReserveNow (§5.13). The same id replaces what it named before. */
  reserve(request: RequestOf<'ReserveNow'>): ReserveStatus {
    const { reservationId, connectorId, idTag, parentIdTag, expiryDate } = request;
    const forMs = Date.parse(expiryDate) - this.parts.clock.now().getTime();
    const status = forMs > 0 ? this.possible(connectorId, reservationId) : 'Rejected';
    if (status !== 'Accepted') return status;
    this.remove(reservationId);
    const expiry = this.parts.timers.setTimeout(() => void this.cancel(reservationId), forMs);
    (this.list ??= []).push({ id: reservationId, connectorId, idToken: idTag, parentIdToken: parentIdTag, expiry });
    this.show();
    return 'Accepted';
  }

  /** CancelReservation (§5.2), expiry and use. @returns whether there was one */
  cancel(reservationId: number): boolean {
    const removed = this.remove(reservationId);
    if (removed) this.show();
    return removed;
  }

  /** May this driver begin at this connector, or is it kept for somebody else? */
  admit(connectorId: number, driver: Driver): boolean {
    if (this.list === undefined || this.heldFor(connectorId, driver) !== undefined) return true;
    if (this.list.some((reservation) => reservation.connectorId === connectorId)) return false;
    const others = this.evses().filter((evse) => evse.connectorId !== connectorId && this.isLeft(evse));
    return others.length >= this.list.filter((reservation) => reservation.connectorId === 0).length;
  }

  /** A transaction begins: @returns the id of the reservation it uses up */
  use(connectorId: number, driver: Driver): number | undefined {
    const id = this.heldFor(connectorId, driver)?.id;
    if (id !== undefined) this.cancel(id);
    return id;
  }

  /** For the end of the simulation. */
  end(): void {
    for (const { expiry } of this.list ?? []) this.parts.timers.clear(expiry);
    this.list = undefined;
  }

  private remove(reservationId: number): boolean {
    const reservation = this.list?.find(({ id }) => id === reservationId);
    if (reservation === undefined) return false;
    this.parts.timers.clear(reservation.expiry);
    const rest = this.list?.filter((other) => other !== reservation) ?? [];
    this.list = rest.length > 0 ? rest : undefined;
    return true;
  }

  private possible(connectorId: number, reservationId: number): ReserveStatus {
    if (connectorId === 0) {
      if (!this.parts.configuration.isOn('ReserveConnectorZeroSupported')) return 'Rejected';
      const kept = this.list?.filter(({ connectorId: at, id }) => at === 0 && id !== reservationId).length ?? 0;
      if (this.evses().every(({ operative }) => !operative)) return 'Unavailable';
      return this.evses().filter((evse) => this.isLeft(evse)).length > kept ? 'Accepted' : 'Occupied';
    }
    const evse = this.evses()[connectorId - 1];
    if (evse === undefined) return 'Rejected';
    if (evse.status === 'Faulted') return 'Faulted';
    if (!evse.operative) return 'Unavailable';
    const own = this.list?.some(({ connectorId: at, id }) => at === connectorId && id === reservationId) === true;
    return evse.status === 'Available' || (own && evse.status === 'Reserved') ? 'Accepted' : 'Occupied';
  }

  private heldFor(connectorId: number, { idToken, parentIdToken }: Driver): Reservation | undefined {
    const mine = (held: Reservation) =>
      same(held.idToken, idToken) ||
      (parentIdToken !== undefined && held.parentIdToken !== undefined && same(held.parentIdToken, parentIdToken));
    const at = (id: number) => this.list?.find((held) => held.connectorId === id && mine(held));
    return at(connectorId) ?? (this.list?.some((held) => held.connectorId === connectorId) ? undefined : at(0));
  }

  private isLeft(evse: SimulatedEvse): boolean {
    return evse.free && !this.list?.some(({ connectorId }) => connectorId === evse.connectorId);
  }

  private show(): void {
    for (const evse of this.evses()) {
      evse.setReserved(this.list?.some(({ connectorId }) => connectorId === evse.connectorId) === true);
    }
  }
}

/** Id tokens are compared without regard to case, as CiStrings are. */
function same(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}
