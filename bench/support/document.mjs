import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, release, totalmem } from 'node:os';
import { fileURLToPath } from 'node:url';

const FILE = fileURLToPath(new URL('../../docs/benchmarks.md', import.meta.url));
const HEAD = `# Benchmarks

What was measured, when and on what. Each section is written by its bench (\`npm run bench:<name> -- --write\`); run it again on your
own machine before you rely on a figure. How the benches work: [bench/README.md](../bench/README.md).
`;

/** One sentence: date and machine. */
export function whereAndWhen() {
  const cores = cpus();
  const memory = Math.round(totalmem() / 2 ** 30);
  const date = new Date().toISOString().slice(0, 10);
  return `Measured on ${date}: ${cores.length} × ${cores[0]?.model.trim() ?? 'CPU'}, ${memory} GiB, Linux ${release().split('.', 2).join('.')}, Node ${process.version}.`;
}

/** Replaces the section of one bench. */
export function writeSection(name, title, body) {
  const text = existsSync(FILE) ? readFileSync(FILE, 'utf8') : HEAD;
  const [begin, end] = [`<!-- ${name}: begin -->`, `<!-- ${name}: end -->`];
  const section = `${begin}\n\n## ${title}\n\n${body.trim()}\n\n${end}`;
  const [from, to] = [text.indexOf(begin), text.indexOf(end)];
  const next = from >= 0 && to > from ? text.slice(0, from) + section + text.slice(to + end.length) : `${text.trimEnd()}\n\n${section}\n`;
  writeFileSync(FILE, next);
}
