import { describe, expect, it } from '@jest/globals';
import { wantedList, type ListEntry } from './entry.js';
import { applied, planUpdate } from './update-plan.js';

const entry = (idTag: string, parentIdTag?: string): ListEntry => ({
  idTag,
  idTagInfo: { status: 'Accepted', ...(parentIdTag && { parentIdTag }) },
});
const entries = (...tags: string[]) => tags.map((tag) => entry(tag));
const many = (count: number) => entries(...Array.from({ length: count }, (_, i) => `T${i}`));

describe('the wanted list', () => {
  it('has group and expiry of each token', () => {
    const expiresAt = new Date('2026-05-01T00:00:00Z');
    expect(wantedList([{ idToken: 'A', expiresAt, groupToken: 'G' }], undefined)).toEqual({
      entries: [{ idTag: 'A', idTagInfo: { status: 'Accepted', expiryDate: '2026-05-01T00:00:00.000Z', parentIdTag: 'G' } }],
      leftOut: 0,
    });
  });

  it('leaves out what does not fit, and what OCPP 1.6 cannot carry', () => {
    const tokens = ['A', 'X'.repeat(21), 'Ä', 'B', 'C'].map((idToken) => ({ idToken }));
    const { entries: kept, leftOut } = wantedList(tokens, 2);
    expect(kept.map(({ idTag }) => idTag)).toEqual(['A', 'B']);
    expect(leftOut).toBe(3);
  });
});

describe('an update', () => {
  it('is none where the station holds what it should, in whatever order and case', () => {
    expect(planUpdate(entries('a', 'B'), entries('B', 'A'), 10)).toEqual([]);
    expect(planUpdate([], [], 10)).toEqual([]);
  });

  it('is full where it is not known what the station holds, also to clear it', () => {
    expect(planUpdate(undefined, entries('A'), 10)).toEqual([{ updateType: 'Full', changes: entries('A') }]);
    expect(planUpdate(undefined, [], 10)).toEqual([{ updateType: 'Full', changes: [] }]);
  });

  it('is differential where little changes: deletions first, without idTagInfo', () => {
    const held = many(10);
    const wanted = [...held.slice(1, 9), entry('T9', 'G'), entry('NEW')];
    expect(planUpdate(held, wanted, 10)).toEqual([
      { updateType: 'Differential', changes: [{ idTag: 'T0' }, entry('T9', 'G'), entry('NEW')] },
    ]);
  });

  it('is full where half changes', () => {
    expect(planUpdate(many(4), entries('T0', 'T1', 'X', 'Y'), 10)[0]?.updateType).toBe('Full');
    expect(planUpdate(many(4), [], 10)).toEqual([{ updateType: 'Full', changes: [] }]);
  });

  it('goes on differentially where it does not fit into one message', () => {
    expect(planUpdate(undefined, many(5), 2).map(({ updateType, changes }) => [updateType, changes.length])).toEqual([
      ['Full', 2],
      ['Differential', 2],
      ['Differential', 1],
    ]);
    expect(planUpdate(many(20), many(15), 2).map(({ updateType, changes }) => [updateType, changes.length])).toEqual([
      ['Differential', 2],
      ['Differential', 2],
      ['Differential', 1],
    ]);
  });

  it('brings a station to what it should hold, whatever it held and however much it takes at once', () => {
    const lists = [[], many(3), many(9), entries('A', 'B', 't1'), [entry('T1', 'G')]];
    for (const held of [undefined, ...lists]) {
      for (const wanted of lists) {
        for (const sendMost of [1, 2, 100]) {
          const end = planUpdate(held, wanted, sendMost).reduce<ListEntry[]>((list, message) => applied(list, message), held ?? []);
          const byTag = (list: readonly ListEntry[]) =>
            list.map(({ idTag, idTagInfo }) => ({ idTag: idTag.toLowerCase(), idTagInfo })).sort((a, b) => (a.idTag < b.idTag ? -1 : 1));
          expect(byTag(end)).toEqual(byTag(wanted));
        }
      }
    }
  });
});
