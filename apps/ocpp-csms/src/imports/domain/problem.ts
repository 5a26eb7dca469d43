/** What is wrong with a row, and how to mend it. `invalid` has the rule of its column instead. */
export const MENDS = {
  missing: 'Fill the cell in.',
  invalid: 'Correct the cell.',
  twice: 'The file has it in another row already: remove one of them.',
  contradicts: 'Rows of one station agree in its place and its device: correct the one or the other.',
  'other-row': 'Another row of the same station has an error: mend that one.',
  'site-unknown': 'There is no site of this name: import the sites first, or correct the name.',
  'location-unknown': 'The site has no location of this name and address: import the locations first, or correct them.',
  'location-ambiguous': 'The site has several locations of this name: give the address as well.',
  'evse-code-taken': 'The EVSE id belongs to another EVSE: correct the one or the other.',
  'half-a-position': 'Give latitude and longitude, or neither.',
  'group-unknown': 'There is no group that stations know by this: create it first, or correct it.',
  refused: 'It could not be written: check the file again and look at what the row says then.',
} as const;

export type ProblemCode = keyof typeof MENDS;

/** As it is kept with its row. */
export interface Problem {
  /** Empty: the row as a whole. */
  field: string;
  /** As in the file, cut. */
  value: string;
  code: ProblemCode;
  mend: string;
}

const LONGEST_VALUE = 100;

export function problem(code: ProblemCode, field: string, value = '', mend: string = MENDS[code]): Problem {
  return { field, value: value.slice(0, LONGEST_VALUE), code, mend };
}
