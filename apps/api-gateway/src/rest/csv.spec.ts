import { describe, expect, it } from '@jest/globals';
import { csvLine } from './csv.js';

describe('a line of CSV', () => {
  it.each([
    [['a', 'b'], 'a,b'],
    [['a,b', 'c"d', 'e\nf'], '"a,b","c""d","e\nf"'],
    [['=1+1', '+1', '-1', '@x', '\tx'], "'=1+1,'+1,'-1,'@x,'\tx"],
    [['', 'a=b'], ',a=b'],
    [['a;b'], '"a;b"'],
  ])('%j', (cells, line) => {
    expect(csvLine(cells)).toBe(line);
  });
});
