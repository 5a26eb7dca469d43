import { describe, expect, it } from '@jest/globals';
import { minuteOf, stagesOf, timeOf } from './stages.js';

describe('stages', () => {
  it.each([
    ['100 %', [{ percent: 100 }]],
    ['5, 10 %, 50%; 100%', [{ stations: 5 }, { percent: 10 }, { percent: 50 }, { percent: 100 }]],
    ['3, 7, 100 %', [{ stations: 3 }, { stations: 7 }, { percent: 100 }]],
    ['', undefined],
    ['50 %', undefined],
    ['50 %, 10 %, 100 %', undefined],
    ['0, 100 %', undefined],
    ['101 %', undefined],
    ['all', undefined],
    ['5,, 100 %', undefined],
    ['100 %, 5', undefined],
  ])('%j', (text, stages) => {
    expect(stagesOf(text)).toEqual(stages);
  });
});

describe('a time of day', () => {
  it('is minutes after midnight', () => {
    expect([minuteOf('22:30'), minuteOf('00:00'), minuteOf('')]).toEqual([1_350, 0, null]);
    expect([timeOf(1_350), timeOf(5)]).toEqual(['22:30', '00:05']);
  });
});
