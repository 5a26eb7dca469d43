import { ImportEffect, ImportKind, IdTokenStatus, IdTokenType } from '@ampline/contracts';
import { AppError } from '@ampline/kernel-errors';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { IMPORT } from './support/imports.js';
import { RunningGateway } from './support/running-gateway.js';
import { worldOf } from './support/world.js';

describe('an import', () => {
  let gateway: RunningGateway;
  let authorization: string;

  beforeAll(async () => {
    gateway = await RunningGateway.start();
    authorization = await gateway.as('operator');
  });
  beforeEach(() => {
    gateway.answer(worldOf(1));
    gateway.standIns.forget();
  });
  afterAll(() => gateway.stop());

  it('is handed over part by part, and compared then', async () => {
    const upload = (type: string) =>
      fetch(`${gateway.url}/rest/v1/imports?kind=SITES&fileName=s.csv`, {
        method: 'POST',
        headers: { authorization, 'content-type': type },
        body: Buffer.alloc(1_500_000, 'x'),
      });
    const answer = await upload('text/csv');
    expect([answer.status, await answer.json()]).toEqual([201, { id: IMPORT }]);
    expect(gateway.standIns.only('imports.beginImport').request).toMatchObject({ kind: ImportKind.SITES, sizeBytes: 1_500_000n });
    expect(gateway.standIns.counts()).toMatchObject({ 'imports.appendImport': 2, 'imports.checkImport': 1 });
    expect((await upload('image/png')).status).toBe(415);
  });

  it('has a template, and errors that no spreadsheet runs', async () => {
    const textOf = async (path: string) => (await fetch(`${gateway.url}/rest/v1/imports/${path}`, { headers: { authorization } })).text();
    expect(await textOf('template.csv?kind=SITES&language=de')).toBe('Name;Zeitzone\n"Harbour; North";Europe/Berlin\n');
    expect(await textOf(`${IMPORT}/errors.csv`)).toBe(
      "row,subject,field,value,code,mend\n2,'=CP-1,evseId,'=cmd|x,invalid,An eMI3 EVSE id.\n",
    );
  });

  it('of id tokens is written by their owner, and what becomes of each is noted', async () => {
    const cells: Record<string, string>[] = [
      { idToken: 'NEW' },
      { idToken: 'SAME' },
      { idToken: 'OTHER', concurrent: 'yes' },
      { idToken: 'LOST', group: 'nobody' },
      { idToken: 'BAD' },
    ];
    const token = { type: IdTokenType.EMAID, status: IdTokenStatus.ACTIVE, driverId: 'd1' };
    const { imports = {}, accounts = {} } = worldOf(1);
    const refuse = (kind: 'not-found' | 'conflict') => {
      throw new AppError({ kind, code: `test.${kind}`, message: kind });
    };
    gateway.answer({
      ...worldOf(1),
      imports: { ...imports, listImportRows: () => ({ rows: cells.map((one, i) => ({ number: i + 2, cells: one })) }) },
      accounts: {
        ...accounts,
        getIdToken: ({ idToken }) => (['SAME', 'OTHER'].includes(idToken) ? { idToken: { ...token, idToken } } : refuse('not-found')),
        putIdToken: ({ idToken }) => (idToken === 'BAD' ? refuse('conflict') : {}),
      },
    });
    const { body } = await gateway.query(`mutation { continueImport(id: "${IMPORT}") { id } }`, authorization);
    expect(body.errors).toBeUndefined();
    expect(gateway.standIns.only('imports.settleImportRows').request['rows']).toMatchObject([
      { number: 2, effect: ImportEffect.CREATE },
      { number: 3, effect: ImportEffect.KEEP },
      { number: 4, effect: ImportEffect.CHANGE },
      { number: 5, effect: ImportEffect.ERROR, code: 'group-unknown' },
      { number: 6, effect: ImportEffect.ERROR, code: 'refused' },
    ]);
    const put = gateway.standIns.calls
      .filter(({ method }) => method === 'accounts.putIdToken')
      .map(({ request }) => request)
      .sort((a, b) => String(a['idToken']).localeCompare(String(b['idToken'])));
    expect(put).toMatchObject([
      { idToken: 'BAD' },
      { idToken: 'NEW' },
      { idToken: 'OTHER', type: IdTokenType.EMAID, driverId: 'd1', allowConcurrent: true },
    ]);
  });

  it('says in which state it is', async () => {
    const { body } = await gateway.query(`{ import(id: "${IMPORT}") { state rowCount } }`, authorization);
    expect(body.data).toMatchObject({ import: { state: 'FAILED', rowCount: 4 } });
  });
});
