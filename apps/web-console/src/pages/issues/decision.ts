import type { Resolution, ResolutionInput } from '../../generated/graphql.js';
import { whOf } from './register.js';

/** What stands in the form: every field, whether the chosen resolution needs it or not. */
export interface DecisionForm {
  kind: Resolution | '';
  sessionId: string;
  /** kWh as typed. */
  meterStop: string;
  meterStart: string;
  evseNumber: string;
  note: string;
}

export type DecisionField = 'kind' | 'sessionId' | 'meterStop' | 'meterStart' | 'evseNumber';

/** Fields that a resolution needs. */
export const NEEDED: Readonly<Record<Resolution, readonly DecisionField[]>> = {
  ACCEPT: [],
  DISMISS: [],
  ATTACH_STOP: ['sessionId'],
  CLOSE_SESSION: ['meterStop'],
  CREATE_SESSION: ['meterStart', 'evseNumber'],
};

/** EVSEs of a station are numbered from 1. */
export const MOST_EVSES = 64;

/** What the API is asked to do, with nothing but what the resolution needs; or the fields that do not say it yet. */
export function decisionOf(form: DecisionForm): { input: ResolutionInput } | { lacking: readonly DecisionField[] } {
  const { kind } = form;
  if (kind === '') return { lacking: ['kind'] };
  const values = {
    sessionId: form.sessionId === '' ? undefined : form.sessionId,
    meterStop: whOf(form.meterStop),
    meterStart: whOf(form.meterStart),
    evseNumber: evseOf(form.evseNumber),
    kind,
  };
  const lacking = NEEDED[kind].filter((field) => values[field] === undefined);
  if (lacking.length > 0) return { lacking };
  const needs = (field: DecisionField) => NEEDED[kind].includes(field);
  return {
    input: {
      kind,
      ...(needs('sessionId') && { sessionId: values.sessionId }),
      ...(needs('meterStop') && { meterStopWh: values.meterStop }),
      ...(needs('meterStart') && { meterStartWh: values.meterStart }),
      ...(needs('evseNumber') && { evseNumber: values.evseNumber }),
    },
  };
}

function evseOf(text: string): number | undefined {
  const number = Number(text.trim());
  return text.trim() !== '' && Number.isInteger(number) && number >= 1 && number <= MOST_EVSES ? number : undefined;
}
