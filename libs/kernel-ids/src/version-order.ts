/**
 * Compares versions, such as those of firmware, as people read them: runs of digits as numbers, everything else as text without regard to case. `1.10` is
 * above `1.9`, `2.0` above `2.0-rc1`; below 0, 0 or above 0.
 */
export function compareVersions(one: string, other: string): number {
  const [a, b] = [partsOf(one), partsOf(other)];
  for (let i = 0; i < Math.max(a.length, b.length); i += 1) {
    const order = comparePart(a[i], b[i]);
    if (order !== 0) return order;
  }
  return 0;
}

function partsOf(version: string): string[] {
  return version.toLowerCase().match(/\d+|[a-z]+/g) ?? [];
}

/** A number comes after a word and after nothing; a word, such as `rc`, before nothing. */
function comparePart(one: string | undefined, other: string | undefined): number {
  const [rankOne, rankOther] = [rank(one), rank(other)];
  if (rankOne !== rankOther) return rankOne - rankOther;
  if (one === undefined || other === undefined) return 0;
  return rankOne === NUMBER ? compareNumbers(one, other) : one < other ? -1 : Number(one > other);
}

const NUMBER = 2;

function rank(part: string | undefined): number {
  if (part === undefined) return 1;
  return /^\d/.test(part) ? NUMBER : 0;
}

function compareNumbers(one: string, other: string): number {
  const difference = BigInt(one) - BigInt(other);
  return difference < 0n ? -1 : Number(difference > 0n);
}
