import type { IncomingMessage } from 'node:http';
import { describe, expect, it } from '@jest/globals';
import { addressOf } from './client-address.js';
import { FormProof } from './form-proof.js';
import { loginPage } from './pages.js';
import { languageOf } from './texts.js';

const request = (headers: Record<string, string>, remoteAddress = '10.0.0.9') =>
  ({ headers, socket: { remoteAddress } }) as unknown as IncomingMessage;

describe('the language of a page', () => {
  it.each([
    ['de', 'de-CH,de;q=0.9', undefined],
    ['en', 'fr,en;q=0.3,de;q=0.2', undefined],
    ['de', 'en', 'de'],
    ['en', 'de', 'fr en'],
    ['en', '', undefined],
    ['en', '*', undefined],
  ])('is %s for a browser that says "%s" and ui_locales %s', (language, accepted, uiLocales) => {
    expect(languageOf(request({ 'accept-language': accepted }), uiLocales)).toBe(language);
  });
});

describe('the address of a client', () => {
  const forwarded = { 'x-forwarded-for': 'forged, 203.0.113.5, 10.0.0.1' };
  it.each([
    ['is that of the connection where no proxy is trusted', 0, '10.0.0.9'],
    ['is what the one trusted proxy saw', 1, '10.0.0.1'],
    ['is what the outer of two trusted proxies saw', 2, '203.0.113.5'],
    ['is that of the connection where the header is too short', 4, '10.0.0.9'],
  ])('%s', (_, hops, address) => {
    expect(addressOf(request(forwarded), hops)).toBe(address);
  });
});

describe('proofs of forms', () => {
  const proofs = new FormProof('some secret');

  it('are good for their own login alone', () => {
    expect(proofs.isOf('a', proofs.of('a'))).toBe(true);
    for (const other of [proofs.of('b'), new FormProof('another').of('a'), '', undefined, ['x']])
      expect(proofs.isOf('a', other)).toBe(false);
  });

  it('name the user that has shown its password', () => {
    const ticket = proofs.ticket('a', 'user-1');
    expect(proofs.userOf('a', ticket)).toBe('user-1');
    for (const bad of [ticket.replace('user-1', 'user-2'), 'user-1.', 'user-1', '', undefined])
      expect(proofs.userOf('a', bad)).toBeUndefined();
    expect(proofs.userOf('b', ticket)).toBeUndefined();
  });
});

describe('the login page', () => {
  const page = { language: 'en', action: '/here', proof: 'p', login: '' } as const;

  it('puts the cursor where most likely something is to be written', () => {
    const focused = (html: string) => /<input id="(\w+)"[^>]* autofocus/.exec(html)?.[1];
    expect(focused(loginPage(page))).toBe('username');
    expect(focused(loginPage({ ...page, login: 'a@b.example', problem: 'wrong' }))).toBe('password');
    expect(focused(loginPage({ ...page, login: 'a@b.example', problem: 'ambiguous' }))).toBe('username');
  });

  it('tells screen readers what is wrong, and escapes what was typed', () => {
    const html = loginPage({ ...page, login: `"'><b>&`, problem: 'wrong' });
    expect(html).toMatch(/id="username"[^>]*aria-invalid="true" aria-describedby="alert"/);
    expect(html).toContain('value="&#34;&#39;&#62;&#60;b&#62;&#38;"');
  });
});
