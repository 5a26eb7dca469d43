/** A part of an answer, or the whole of it. */
type Json = Readonly<Record<string, unknown>>;

/** Something that tells its version: of two states the one with the higher version is newer. */
interface Entity extends Json {
  __typename: string;
  id: string;
  version: number;
}

/**
 * Answers and live changes overtake each other. This keeps the newest state of each versioned thing that came by, and puts it in the place
 * of an older one, so that the cache behind it never goes back. What belongs to one page of a list (`pageInfo`) is left as it came.
 */
export class Newest {
  readonly #known = new Map<string, Json>();

  /** The same answer, with nothing in it older than what was seen before. */
  settle<T>(answer: T): T {
    return this.#settle(answer) as T;
  }

  forget(): void {
    this.#known.clear();
  }

  #settle(value: unknown): unknown {
    if (Array.isArray(value)) return value.map((item) => this.#settle(item));
    if (!isObject(value)) return value;
    const settled = Object.fromEntries(Object.entries(value).map(([name, part]) => [name, this.#settle(part)]));
    return isEntity(settled) ? this.#newer(settled) : settled;
  }

  #newer(came: Entity): Json {
    const key = `${came.__typename}:${came.id}`;
    const known = this.#known.get(key);
    const older = known !== undefined && came.version < Number(known['version']);
    const state = older ? over(known, came) : came;
    this.#known.set(key, older ? { ...came, ...known } : { ...known, ...came });
    return state;
  }
}

/** What `newer` knows of the fields of `older`; the rest of `older` as it is. */
function over(newer: unknown, older: unknown): Json {
  if (!isObject(newer) || !isObject(older)) throw new TypeError('two states of a thing are objects');
  return Object.fromEntries(Object.entries(older).map(([name, value]) => [name, name in newer ? newest(newer[name], value) : value]));
}

function newest(newer: unknown, older: unknown): unknown {
  if (Array.isArray(newer) && Array.isArray(older)) return newestList(newer, older);
  if (!isObject(newer) || !isObject(older)) return newer;
  // Pages and things with a version of their own have been settled already.
  if ('pageInfo' in older || isEntity(older)) return older;
  return newer['id'] === older['id'] ? over(newer, older) : older;
}

/** Things of a list by their id; a list of plain values as the newer has it. */
function newestList(newer: unknown[], older: unknown[]): unknown[] {
  if (!older.every(isObject)) return newer;
  return older.map((item) => {
    const match = newer.find((other) => isObject(other) && other['id'] === item['id']);
    return match === undefined ? item : newest(match, item);
  });
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isEntity(value: Json): value is Entity {
  return typeof value['__typename'] === 'string' && typeof value['id'] === 'string' && typeof value['version'] === 'number';
}
