import { describe, expect, it } from '@jest/globals';
import { auditFilter, csvPath } from './audit-filter.js';

const nothing = { search: '', subject: '', actor: '', entity: '', from: '', until: '' };

describe('filter of the audit log', () => {
  it('asks for all actions about a subject by the beginning of their names', () => {
    expect(auditFilter({ ...nothing, subject: 'id-token' })).toEqual({ action: 'id-token.' });
    expect(auditFilter({ ...nothing, subject: 'nonsense' })).toEqual({});
  });

  it('is the same for the file', () => {
    expect(csvPath(nothing)).toBe('/rest/v1/audit.csv');
    expect(csvPath({ ...nothing, search: 'a&b', subject: 'user' })).toBe('/rest/v1/audit.csv?text=a%26b&action=user.');
  });

  it('offers no file that would hold more than the list', () => {
    expect(csvPath({ ...nothing, actor: 'x' })).toBeUndefined();
    expect(csvPath({ ...nothing, entity: 'x' })).toBeUndefined();
  });
});
