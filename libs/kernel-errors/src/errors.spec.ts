import { describe, expect, it } from '@jest/globals';
import { AppError, declareErrors, KIND_TABLE } from './index.js';

const errors = declareErrors('billing.cdr', {
  alreadyFinal: { kind: 'conflict', level: 'info', message: 'The CDR is final.', mend: 'Write a credit CDR instead.' },
  unreadable: { kind: 'internal', level: 'error', message: 'The CDR cannot be read.', mend: 'Look at the row.' },
});

describe('AppError', () => {
  it('keeps kind, code, details and cause', () => {
    const cause = new Error('socket closed');
    const error = new AppError({ kind: 'unavailable', code: 'bus.disconnected', message: 'No bus.', cause, details: { tries: 3 } });
    expect(error).toBeInstanceOf(Error);
    expect(error).toMatchObject({ name: 'AppError', kind: 'unavailable', code: 'bus.disconnected', level: 'warn', details: { tries: 3 } });
    expect(error.cause).toBe(cause);
  });

  it('has no cause property when there was none', () => {
    expect('cause' in new AppError({ kind: 'internal', code: 'x.y', message: 'm' })).toBe(false);
  });

  it('is recognised by class and code', () => {
    const error = new AppError({ kind: 'internal', code: 'a.b', message: 'm' });
    expect(AppError.is(error)).toBe(true);
    expect(AppError.is(error, 'a.b')).toBe(true);
    expect(AppError.is(error, 'a.c')).toBe(false);
    expect(AppError.is(new Error('a.b'))).toBe(false);
    expect(AppError.is(undefined)).toBe(false);
  });
});

describe('declareErrors', () => {
  it('makes errors with the declared kind, level and a kebab-case code', () => {
    const error = errors.alreadyFinal({ cdr: 'c1' });
    expect(error).toMatchObject({ kind: 'conflict', level: 'info', code: 'billing.cdr.already-final', details: { cdr: 'c1' } });
    expect(errors.unreadable(undefined, new Error('why')).cause).toBeInstanceOf(Error);
  });

  it('lists its declarations for the docs', () => {
    expect(errors.declarations.map((d) => d.code)).toEqual(['billing.cdr.already-final', 'billing.cdr.unreadable']);
    expect(errors.declarations[0]).toMatchObject({ kind: 'conflict', mend: 'Write a credit CDR instead.' });
  });
});

describe('KIND_TABLE', () => {
  it('gives every kind its own gRPC and HTTP status', () => {
    const rows = Object.values(KIND_TABLE);
    expect(new Set(rows.map((r) => r.grpc)).size).toBe(rows.length);
    expect(new Set(rows.map((r) => r.http)).size).toBe(rows.length);
  });
});
