import { CombinedGraphQLErrors, ServerError } from '@apollo/client/errors';
import { describe, expect, it } from '@jest/globals';
import { failureOf } from './errors.js';

const extensions = { code: 'FORBIDDEN', kind: 'forbidden', details: { field: 'Query.audit' } };
const refused = (body: string, status = 403) => new ServerError('refused', { response: new Response(body, { status }), bodyText: body });

describe('failure', () => {
  it('of a field is as the API tells it', () => {
    const failure = failureOf(new CombinedGraphQLErrors({ errors: [{ message: 'No.', extensions }] }));
    expect(failure).toMatchObject({ code: 'FORBIDDEN', kind: 'forbidden', message: 'No.', fields: {} });
  });

  it('names the field that a service refuses', () => {
    const told = { code: 'csms.invalid-field', kind: 'invalid', details: { field: 'time_zone', rule: 'a zone of IANA' } };
    const failure = failureOf(new CombinedGraphQLErrors({ errors: [{ message: 'No.', extensions: told }] }));
    expect(failure.fields).toEqual({ timeZone: 'a zone of IANA' });
  });

  it('of a whole operation is told in the body of the refusal', () => {
    expect(failureOf(refused(JSON.stringify({ errors: [{ message: 'No.', extensions }] })))).toMatchObject({
      code: 'FORBIDDEN',
      message: 'No.',
    });
  });

  it.each([
    ['<html>', 502, 'server'],
    ['null', 500, 'server'],
    ['{"errors":[]}', 500, 'server'],
    ['', 401, 'unauthenticated'],
  ])('of a proxy between, %s %i, is %s', (body, status, code) => expect(failureOf(refused(body, status)).code).toBe(code));

  it('without any answer is one of the network', () => {
    expect(failureOf(new TypeError('Failed to fetch'))).toMatchObject({ code: 'network', message: 'Failed to fetch' });
  });
});
