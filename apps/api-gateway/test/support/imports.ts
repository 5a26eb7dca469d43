import { DataFindingKind, ImportEffect, ImportKind, ImportState } from '@ampline/contracts';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import type { ServiceAnswers } from './stand-ins.js';

const AT = timestampFromDate(new Date('2026-03-01T10:00:00Z'));
const SITE = '019f0000-0000-7000-8001-000000000000';
const STATION = '019f0000-0000-7000-8000-000000000000';
export const IMPORT = '019f0000-0000-7000-8010-000000000000';

const taken = {
  ...{ importId: IMPORT, kind: ImportKind.STATIONS, state: ImportState.FAILED, fileName: 'stations.csv', failure: 'columns-missing' },
  ...{ failureDetail: 'Identity', rows: 4, toCreate: 1, toChange: 1, toKeep: 1, withErrors: 1, settled: 2 },
  ...{ createdBy: '019f0000-0000-7000-8006-000000000001', createdAt: AT, appliedAt: AT, completedAt: AT },
};
const row = {
  ...{ number: 2, subject: '=CP-1', effect: ImportEffect.ERROR, changes: ['vendor'], settled: true },
  problems: [{ field: 'evseId', value: '=cmd|x', code: 'invalid', mend: 'An eMI3 EVSE id.' }],
};
const finding = {
  ...{ kind: DataFindingKind.EVSE_CODE_STRANGE, stationId: STATION, stationIdentity: 'ST-0', siteId: SITE, siteName: 'Harbour' },
  ...{ locationId: SITE, locationName: 'Yard', evseNumber: 1, connectorNumber: 1, value: 'AT*XYZ*E1', compared: 'DEAMP' },
};

/** Imports and findings, one of each. */
export function imports(): Pick<ServiceAnswers, 'imports'> {
  return {
    imports: {
      getImportTemplate: () => ({ lines: [{ cells: ['Name', 'Zeitzone'] }, { cells: ['Harbour; North', 'Europe/Berlin'] }] }),
      beginImport: () => ({ importId: IMPORT }),
      appendImport: () => ({}),
      checkImport: () => ({ import: taken }),
      applyImport: () => ({ import: taken }),
      getImport: () => ({ import: taken }),
      listImports: () => ({ imports: [taken] }),
      listImportRows: ({ openOnly }) => ({ rows: openOnly ? [] : [row] }),
      settleImportRows: () => ({ import: taken }),
      listDataFindings: () => ({ findings: [finding] }),
      listSiteScores: () => ({ sites: [{ siteId: SITE, siteName: 'Harbour', stations: 4, findings: 9, score: 80 }] }),
    },
  };
}
