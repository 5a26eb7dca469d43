/** The car at an EVSE: how much it takes, and when it stops taking. */
export interface Vehicle {
  capacityWh: number;
  /** 0 to 1. */
  stateOfCharge: number;
  maxPowerW: number;
}

const RAMP_S = 8;
/** Above this state of charge a battery takes less and less. */
const TAPER_FROM = 0.8;
const FULL = 0.999;
const LONGEST_STEP_MS = 1_000;

/**
 * The meter of one EVSE. Its register only ever rises, and is read in whole Wh, so that the energy of a transaction is exactly
 * the difference of two readings; what is left below one Wh stays in the meter.
 */
export class EnergyMeter {
  private milliwattHours: number;
  private vehicle: Vehicle | undefined;
  private flowingSinceMs = 0;
  private readAtMs = 0;
  private nowW = 0;

  constructor(
    initialWh: number,
    private readonly evseMaxPowerW: number,
    /** Seconds of charging that pass in one second of the clock. */
    private readonly speed: number,
    /** What is allowed at a monotonic moment, in W; undefined when nothing limits it. */
    private readonly limitW: (atMs: number) => number | undefined = () => undefined,
  ) {
    this.milliwattHours = Math.max(0, Math.floor(initialWh)) * 1_000;
  }

  get registerWh(): number {
    return Math.floor(this.milliwattHours / 1_000);
  }

  get powerW(): number {
    return Math.round(this.nowW);
  }

  /** 0 to 100; undefined while no energy flows into a car. */
  get stateOfChargePercent(): number | undefined {
    return this.vehicle && Math.round(this.vehicle.stateOfCharge * 100);
  }

  get vehicleIsFull(): boolean {
    return this.vehicle !== undefined && this.vehicle.stateOfCharge >= FULL;
  }

  close(atMs: number, vehicle: Vehicle): void {
    this.vehicle = { ...vehicle };
    this.flowingSinceMs = atMs;
    this.readAtMs = atMs;
  }

  open(atMs: number): void {
    this.advance(atMs);
    this.vehicle = undefined;
    this.nowW = 0;
  }

  /** Lets the time since the last reading pass. @param atMs monotonic */
  advance(atMs: number): void {
    const vehicle = this.vehicle;
    while (vehicle !== undefined && this.readAtMs < atMs) {
      const stepMs = Math.min(LONGEST_STEP_MS, atMs - this.readAtMs);
      this.readAtMs += stepMs;
      const flowingS = ((this.readAtMs - this.flowingSinceMs) / 1_000) * this.speed;
      this.nowW = Math.min(this.powerFor(vehicle, flowingS), this.limitW(this.readAtMs) ?? Infinity);
      const takenWh = (this.nowW * stepMs * this.speed) / 3_600_000;
      this.milliwattHours += takenWh * 1_000;
      vehicle.stateOfCharge = Math.min(1, vehicle.stateOfCharge + takenWh / vehicle.capacityWh);
    }
  }

  private powerFor(vehicle: Vehicle, flowingS: number): number {
    if (vehicle.stateOfCharge >= FULL) return 0;
    const most = Math.min(this.evseMaxPowerW, vehicle.maxPowerW);
    const ramp = Math.min(1, flowingS / RAMP_S);
    const taper = vehicle.stateOfCharge <= TAPER_FROM ? 1 : Math.max(0.05, (1 - vehicle.stateOfCharge) / (1 - TAPER_FROM));
    return most * ramp * taper;
  }
}
