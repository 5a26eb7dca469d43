import { describe, expect, it } from '@jest/globals';
import { strengthOf } from './password-strength.js';

describe('strength of a password', () => {
  it.each([
    ['', 'short'],
    ['Tr0ub4dor&3', 'short'],
    ['aaaaaaaaaaaaaaaa', 'weak'],
    ['abcdefghijkl', 'weak'],
    ['123456789012', 'weak'],
    ['kastanie-feld', 'fair'],
    ['kastanie-feld-91', 'strong'],
    ['pferd batterie heftklammer', 'strong'],
  ])('%p is %s', (password, strength) => {
    expect(strengthOf(password)).toBe(strength);
  });

  it('is weak with what everybody knows of the person in it', () => {
    expect(strengthOf('Nora.Neu-kastanie-91', ['Nora Neu', 'nora@demo.example'])).toBe('weak');
    expect(strengthOf('kastanie-feld-91x', ['Nora Neu', 'nora@demo.example'])).toBe('strong');
  });
});
