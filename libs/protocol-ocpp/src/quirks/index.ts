export { connectorAsMeant, idTagAsMeant, meterStopAsMeant, readingsAsMeant, registerAsMeant, zoneAsMeant } from './as-meant.js';
export { QUIRK_CATALOGUE, type QuirkEntry } from './catalogue.js';
export { isQuirk, NO_QUIRKS, QUIRKS, quirkSet, type Quirk, type QuirkDeclaration, type QuirkSet } from './deviations.js';
export { describeQuirks } from './describe-quirks.js';
export { fits, quirksOf, type StationMake } from './quirks-of.js';
