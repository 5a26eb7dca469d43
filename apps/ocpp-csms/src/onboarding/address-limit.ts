import type { Clock } from '@ampline/kernel-time';

/** What one address may do. */
export interface AddressLimitOptions {
  /** Attempts at once, after a long rest. */
  burst: number;
  perMinute: number;
  /** Addresses that are remembered; the one that was quiet for the longest is forgotten. */
  addresses: number;
}

interface Bucket {
  left: number;
  atMs: number;
}

/** Counts attempts by remote address: a bucket each that fills up again with time. */
export class AddressLimit {
  private readonly buckets = new Map<string, Bucket>();

  constructor(
    private readonly options: AddressLimitOptions,
    private readonly clock: Clock,
  ) {}

  /** False when the address has used up what it may. */
  take(address: string): boolean {
    const { burst, perMinute, addresses } = this.options;
    const now = this.clock.monotonicMs();
    const { left, atMs } = this.buckets.get(address) ?? { left: burst, atMs: now };
    const available = Math.min(burst, left + ((now - atMs) * perMinute) / 60_000);
    this.buckets.delete(address);
    this.buckets.set(address, { left: available >= 1 ? available - 1 : available, atMs: now });
    if (this.buckets.size > addresses) this.forgetQuietest();
    return available >= 1;
  }

  private forgetQuietest(): void {
    for (const quietest of this.buckets.keys()) {
      this.buckets.delete(quietest);
      return;
    }
  }
}
