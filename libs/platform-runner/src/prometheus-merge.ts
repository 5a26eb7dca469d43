/**
 * One exposition out of several services' texts: a family may stand only once, so samples of the same family are gathered under one
 * header and told apart by the label `service`.
 */
export function mergeMetrics(texts: ReadonlyMap<string, string>): string {
  const families = new Map<string, { header: string[]; samples: string[] }>();
  for (const [service, text] of texts) {
    let family = { header: [] as string[], samples: [] as string[] };
    for (const line of text.split('\n')) {
      const header = /^# (HELP|TYPE|UNIT) (\S+)/.exec(line);
      if (header?.[2]) {
        const known = families.get(header[2]);
        family = known ?? { header: [], samples: [] };
        if (!known) families.set(header[2], family);
        if (!family.header.some((present) => present.startsWith(`# ${header[1]} `))) family.header.push(line);
      } else if (line && !line.startsWith('#')) {
        family.samples.push(labelled(line, service));
      }
    }
  }
  return [...families.values()].flatMap(({ header, samples }) => [...header, ...samples]).join('\n') + '\n';
}

function labelled(sample: string, service: string): string {
  const brace = sample.indexOf('{');
  const label = `service="${service}"`;
  if (brace >= 0 && brace < sample.indexOf(' ')) return `${sample.slice(0, brace + 1)}${label},${sample.slice(brace + 1)}`;
  const space = sample.indexOf(' ');
  return `${sample.slice(0, space)}{${label}}${sample.slice(space)}`;
}
