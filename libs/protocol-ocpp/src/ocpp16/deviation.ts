/** How a payload that we accepted differs from its schema. The value itself is never part of it. */
export type DeviationKind =
  /** Left out of the normalised payload; the raw frame has it. */
  | 'unknown-property'
  /** Kept at full length. */
  | 'too-long'
  /** A descriptive field with a value nobody defined; kept. */
  | 'unknown-value'
  /** A known value in another letter case or with blanks; corrected. */
  | 'value-case'
  /** Kept as sent: how to read it is for `parseStationTime` to say. */
  | 'time-without-zone'
  | 'time-unreadable'
  | 'time-format'
  | 'bad-format'
  | 'value-precision'
  | 'too-few-items'
  /** Converted to the type that is due. */
  | 'number-as-text'
  | 'boolean-as-text'
  | 'text-as-number'
  | 'text-as-boolean'
  /** A meter register with decimals where whole Wh are due; rounded half to even. */
  | 'fraction-rounded'
  | 'null-for-absent'
  | 'object-for-list'
  /** A meter value or sampled value beyond repair; left out so that the rest is not lost. */
  | 'item-dropped'
  | 'property-dropped';

export interface Deviation {
  kind: DeviationKind;
  /** JSON pointer into the payload as sent. */
  path: string;
}
