import { ImportKind, ImportState, type Import, type ImportRow } from '@ampline/contracts';
import { eventually } from '@ampline/platform-testing';
import type { Clients } from './running-csms.js';

/** Uploads a file and waits until it has been compared with what there is. */
export async function checked({ imports }: Clients, kind: ImportKind, file: string | Buffer): Promise<Import> {
  const content = Buffer.from(file as string);
  const { importId } = await imports.beginImport({ kind, fileName: 'file.csv', sizeBytes: BigInt(content.length) });
  await imports.appendImport({ importId, part: 0, content });
  await imports.checkImport({ importId });
  return reached({ imports }, importId, ImportState.CHECKED, ImportState.FAILED);
}

/** Waits until an import is in one of the states. */
export async function reached({ imports }: Pick<Clients, 'imports'>, importId: string, ...states: ImportState[]): Promise<Import> {
  let now: Import | undefined;
  await eventually(
    async () => {
      ({ import: now } = await imports.getImport({ importId }));
      return states.includes(now?.state ?? ImportState.UNSPECIFIED);
    },
    { timeoutMs: 60_000 },
  );
  return now as Import;
}

/** Uploads a file and has its good rows written. */
export async function applied(me: Clients, kind: ImportKind, file: string | Buffer): Promise<Import> {
  const { importId } = await checked(me, kind, file);
  await me.imports.applyImport({ importId, onlyGood: true });
  return reached(me, importId, ImportState.APPLIED);
}

export async function rowsOf({ imports }: Clients, importId: string): Promise<ImportRow[]> {
  return (await imports.listImportRows({ importId, page: { limit: 500, cursor: '' } })).rows;
}

/** How many rows are to be created, changed, left, and have errors. */
export function counts({ toCreate, toChange, toKeep, withErrors }: Import): number[] {
  return [toCreate, toChange, toKeep, withErrors];
}

/** A file of stations with one EVSE each. */
export function stationsFile(count: number, prefix = 'CP'): string {
  const rows = Array.from({ length: count }, (_, i) => `${prefix}-${i};Harbour;Yard;V;M;SN${i};1;DE*AMP*E${prefix}${i};cType2;22,5`);
  return ['Identität;Standort;Ort;Hersteller;Modell;Seriennummer;EVSE;EVSE-Kennung;Steckertyp;Leistung kW', ...rows].join('\r\n');
}
