const LONGEST = 200;

/** Whether a station may name a file so: nothing that a file system, a header or a terminal could take for something else. */
export function isFileName(name: string): boolean {
  return name.length > 0 && name.length <= LONGEST && name !== '.' && name !== '..' && !/[/\\"\p{Cc}\p{Zl}\p{Zp}]/u.test(name);
}

/** Segments of `path` as seen from the folder `from`; `..` ends at the root. */
export function pathSegments(from: string, path: string): string[] {
  const segments: string[] = [];
  for (const segment of (path.startsWith('/') ? path : `${from}/${path}`).split('/')) {
    if (segment === '..') segments.pop();
    else if (segment !== '' && segment !== '.') segments.push(segment);
  }
  return segments;
}
