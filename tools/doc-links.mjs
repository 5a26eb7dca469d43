// Every relative link in the documentation leads to a file that exists, and every anchor to a heading of it.
import { existsSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { at, filesBelow, isProgram } from './support/workspace.mjs';

/** Anchors as GitHub makes them of headings: lower case, without punctuation, blanks as hyphens, repeats numbered. */
export function anchorsOf(markdown) {
  const seen = new Map();
  const headings = withoutCode(markdown).matchAll(/^#{1,6}\s+(.+?)\s*#*$/gm);
  return new Set(
    [...headings].map(([, title]) => {
      const text = title.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1').replace(/[`*]/g, '');
      const anchor = text
        .toLowerCase()
        .replace(/[^\p{L}\p{N}\s_-]/gu, '')
        .replace(/\s/g, '-');
      const repeats = seen.get(anchor) ?? 0;
      seen.set(anchor, repeats + 1);
      return repeats === 0 ? anchor : `${anchor}-${repeats}`;
    }),
  );
}

const withoutCode = (markdown) => markdown.replace(/^(```|~~~)[\s\S]*?^\1.*$/gm, '');

/** @returns {string[]} targets of inline and reference links, without those that leave the repository */
export function linksOf(markdown) {
  const text = withoutCode(markdown).replace(/`[^`\n]*`/g, '');
  const inline = [...text.matchAll(/\]\(\s*<?([^)\s>]+)>?(?:\s+"[^"]*")?\s*\)/g)];
  const references = [...text.matchAll(/^\[[^\]]+\]:\s*(\S+)/gm)];
  return [...inline, ...references].map(([, target]) => target).filter((target) => !/^([a-z][a-z0-9+.-]*:|\/\/)/i.test(target));
}

/** @returns {string[]} one sentence per dead link */
export function deadLinks(files, read = (file) => readFileSync(at(file), 'utf8'), exists = (file) => existsSync(at(file))) {
  return files.flatMap((file) =>
    linksOf(read(file)).flatMap((link) => {
      const [path, anchor] = link.split('#');
      const target = path === '' ? file : posix.normalize(posix.join(posix.dirname(file), decodeURIComponent(path)));
      if (!exists(target)) return [`${file}: ${link} leads nowhere`];
      if (anchor === undefined || !target.endsWith('.md') || anchorsOf(read(target)).has(anchor)) return [];
      return [`${file}: ${link} names a heading that does not exist`];
    }),
  );
}

if (isProgram(import.meta.url)) {
  const files = filesBelow('.', (file) => file.endsWith('.md'));
  const dead = deadLinks(files);
  for (const one of dead) console.log(`✗ ${one}`);
  console.log(`${files.length} documents`);
  process.exitCode = dead.length > 0 ? 1 : 0;
}
