import { describe, expect, it } from '@jest/globals';
import { judgeLogo } from './logo-rules.js';

const svg = (inside: string, attributes = '') => `<svg xmlns="http://www.w3.org/2000/svg"${attributes}>${inside}</svg>`;
const judge = (text: string) => judgeLogo('image/svg+xml', Buffer.from(text));

describe('an SVG logo', () => {
  it.each([
    svg('<path d="M0 0L9 9" fill="#0b6b5b"/>', ' viewBox="0 0 10 10"'),
    `<?xml version="1.0" encoding="UTF-8"?>\n<!-- drawn by hand -->\n${svg('<title>Ampline</title>')}\n`,
    svg(
      '<defs><linearGradient id="g"><stop offset="0"/></linearGradient></defs><rect fill="url(#g)" width="9" height="9"/><use href="#g"/>',
      " xmlns:xlink='http://www.w3.org/1999/xlink'",
    ),
  ])('may be %s', (text) => {
    expect(judge(text)).toEqual({ type: 'image/svg+xml' });
  });

  it.each([
    ['a script', svg('<script>alert(1)</script>')],
    ['a script in capitals', svg('<SCRIPT>alert(1)</SCRIPT>')],
    ['a script with a prefix', svg('<svg:script>alert(1)</svg:script>')],
    ['a foreign object', svg('<foreignObject><body/></foreignObject>')],
    ['an event handler', svg('<rect onload="alert(1)"/>')],
    ['an event handler in capitals', svg('', ' ONLOAD="alert(1)"')],
    ['an event handler behind a slash', svg('<rect/onload="alert(1)"/>')],
    ['a style sheet', svg('<style>@import "//x"</style>')],
    ['a style from elsewhere', svg('<rect style="fill:url(https://x.example/a)"/>')],
    ['a style with an escape', svg(String.raw`<rect style="fill:u\72l(//x.example)"/>`)],
    ['an image', svg('<image href="https://x.example/a.png"/>')],
    ['a link', svg('<a href="https://x.example">x</a>')],
    ['a use from elsewhere', svg('<use href="https://x.example/a.svg#b"/>')],
    ['an old use from elsewhere', svg('<use xlink:href="//x.example/a.svg#b"/>')],
    ['data in a use', svg('<use href="data:image/svg+xml;base64,AA"/>')],
    ['a script in a reference', svg('<use href="javascript:alert(1)"/>')],
    ['an escaped reference', svg('<use href="&#106;avascript:alert(1)"/>')],
    ['an animation', svg('<set attributeName="onclick" to="alert(1)"/>')],
    ['an entity', `<!DOCTYPE svg [<!ENTITY x "y">]>${svg('&x;')}`],
    ['an instruction', `<?xml-stylesheet href="https://x.example/a.css"?>${svg('')}`],
    ['CDATA', svg('<text><![CDATA[<script>]]></text>')],
    ['an open tag', '<svg '],
    ['an attribute without quotes', svg('<rect width=9 />')],
    ['HTML', '<html><svg/></html>'],
    ['nothing drawn', 'svg'],
  ])('is refused with %s', (_, text) => {
    expect(judge(text)).toHaveProperty('fault');
  });

  it('is judged in no time, however it is built', () => {
    const began = performance.now();
    expect(judge(`<svg ${'a="b" '.repeat(20_000)}`)).toHaveProperty('fault');
    expect(judge(`<svg>${'<!--'.repeat(40_000)}`)).toHaveProperty('fault');
    expect(judge(svg(`<!--${'x'.repeat(200_000)}-->`))).toEqual({ type: 'image/svg+xml' });
    expect(judge(`<svg${' '.repeat(200_000)}`)).toHaveProperty('fault');
    expect(performance.now() - began).toBeLessThan(2_000);
  });
});

describe('a PNG logo', () => {
  const png = Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), Buffer.alloc(20)]);

  it('begins as a PNG, has 256 KiB at most, and is called one', () => {
    expect(judgeLogo('image/png', png)).toEqual({ type: 'image/png' });
    expect(judgeLogo('image/png', Buffer.from(svg('')))).toHaveProperty('fault');
    expect(judgeLogo('image/png', Buffer.concat([png, Buffer.alloc(256 * 1024)]))).toHaveProperty('fault');
    expect(judgeLogo('text/html', png)).toHaveProperty('fault');
  });
});
