import { catalogue } from '@ampline/ui';

export const connectorMessages = catalogue(
  {
    'connector.number': 'No. {number}',
    'connector.lastKnown': 'last {status}',
    'connector.type':
      '{type, select, cType1 {Type 1} cType2 {Type 2} sType2 {Type 2} sType3 {Type 3} cCCS1 {CCS 1} cCCS2 {CCS} cG105 {CHAdeMO} cTesla {NACS} other {{type}}}',
  },
  {
    'connector.number': 'Nr. {number}',
    'connector.lastKnown': 'zuletzt {status}',
    'connector.type':
      '{type, select, cType1 {Typ 1} cType2 {Typ 2} sType2 {Typ 2} sType3 {Typ 3} cCCS1 {CCS 1} cCCS2 {CCS} cG105 {CHAdeMO} cTesla {NACS} other {{type}}}',
  },
);
