import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { anchorsOf, deadLinks, linksOf } from './doc-links.mjs';

describe('documentation links', () => {
  it('makes anchors of headings as GitHub does', () => {
    const markdown = '# One `npm start`, two words\n## What is it?\n## What is it?\n```\n# not a heading\n```\n### Größe – ja\n';
    assert.deepEqual([...anchorsOf(markdown)], ['one-npm-start-two-words', 'what-is-it', 'what-is-it-1', 'größe--ja']);
  });

  it('finds links outside code that stay in the repository', () => {
    const markdown = '[a](x.md) `[b](y.md)` [c](https://c) ![d](d.png "D")\n\n[e]: ../e.md\n\n```\n[f](f.md)\n```\n';
    assert.deepEqual(linksOf(markdown), ['x.md', 'd.png', '../e.md']);
  });

  it('reports missing files and missing headings', () => {
    const files = { 'docs/a.md': '# A\n[b](b.md) [top](#a) [lost](#lost) [x](../x.md)\n[gone](b.md#gone)\n', 'docs/b.md': '# B\n' };
    const dead = deadLinks(
      ['docs/a.md'],
      (file) => files[file],
      (file) => file in files,
    );
    assert.deepEqual(dead, [
      'docs/a.md: #lost names a heading that does not exist',
      'docs/a.md: ../x.md leads nowhere',
      'docs/a.md: b.md#gone names a heading that does not exist',
    ]);
  });
});
