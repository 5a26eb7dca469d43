/** The most recently used entries, at most `capacity` of them. */
export class Lru<V> {
  private readonly entries = new Map<string, V>();

  constructor(private readonly capacity: number) {}

  get size(): number {
    return this.entries.size;
  }

  get(key: string): V | undefined {
    const value = this.entries.get(key);
    if (value === undefined) return undefined;
    this.entries.delete(key);
    this.entries.set(key, value);
    return value;
  }

  set(key: string, value: V): void {
    this.entries.delete(key);
    this.entries.set(key, value);
    if (this.entries.size <= this.capacity) return;
    const [oldest] = this.entries.keys();
    if (oldest !== undefined) this.entries.delete(oldest);
  }

  delete(key: string): void {
    this.entries.delete(key);
  }

  /** Forgets what `drop` holds true for. */
  deleteWhere(drop: (value: V) => boolean): void {
    for (const [key, value] of this.entries) if (drop(value)) this.entries.delete(key);
  }

  clear(): void {
    this.entries.clear();
  }
}
