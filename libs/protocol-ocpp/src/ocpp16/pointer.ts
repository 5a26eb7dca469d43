import type { JsonObject } from '../rpc/json.js';

/** The container and key that a JSON pointer (RFC 6901) names; undefined for the root and for what does not exist. */
export function locate(root: unknown, pointer: string): { container: JsonObject | unknown[]; key: string } | undefined {
  const keys = pointer.split('/').slice(1).map(unescape);
  const key = keys.pop();
  if (key === undefined) return undefined;
  let container = root;
  for (const step of keys) {
    if (!isContainer(container) || !Object.hasOwn(container, step)) return undefined;
    container = (container as JsonObject)[step];
  }
  return isContainer(container) ? { container, key } : undefined;
}

export function replaceAt(root: unknown, pointer: string, value: unknown): void {
  const place = locate(root, pointer);
  if (place !== undefined) (place.container as JsonObject)[place.key] = value;
}

/** Deletes a property, or takes an item out of its list (the items behind it move up). */
export function removeAt(root: unknown, pointer: string): void {
  const place = locate(root, pointer);
  if (place === undefined) return;
  if (Array.isArray(place.container)) place.container.splice(Number(place.key), 1);
  else delete place.container[place.key];
}

/** As {@link removeAt} for many pointers at once, all of them read before anything moves; each list is gone through once. */
export function removeAllAt(root: unknown, pointers: readonly string[]): void {
  const places = pointers.map((pointer) => locate(root, pointer)).filter((place) => place !== undefined);
  const indices = new Map<unknown[], Set<number>>();
  for (const { container, key } of places) {
    if (!Array.isArray(container)) delete container[key];
    else if (indices.get(container)?.add(Number(key)) === undefined) indices.set(container, new Set([Number(key)]));
  }
  for (const [list, gone] of indices) {
    const kept = list.filter((_, index) => !gone.has(index));
    list.length = 0;
    for (const item of kept) list.push(item);
  }
}

export function child(pointer: string, key: string): string {
  return `${pointer}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`;
}

export function lastKey(pointer: string): string {
  return unescape(pointer.slice(pointer.lastIndexOf('/') + 1));
}

function unescape(key: string): string {
  return key.replaceAll('~1', '/').replaceAll('~0', '~');
}

function isContainer(value: unknown): value is JsonObject | unknown[] {
  return typeof value === 'object' && value !== null;
}
