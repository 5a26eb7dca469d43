import pg from 'pg';

const INT8 = 20;
const INT8_ARRAY = 1016;
const DATE = 1082;

const arrayOfText = pg.types.getTypeParser(1009 as number, 'text') as (text: string) => string[];

/**
 * How column values arrive in TypeScript: `bigint` for int8 (energyWh and versions do not fit a double for ever), text for
 * `date` (it has no zone) and for `numeric` (money is decimal), `Date` for timestamptz, objects for json.
 */
export const valueTypes: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') => {
    if (oid === INT8) return (text: string) => BigInt(text);
    if (oid === INT8_ARRAY) return (text: string) => arrayOfText(text).map((item) => BigInt(item));
    if (oid === DATE) return (text: string) => text;
    return pg.types.getTypeParser(oid, format as 'text');
  }) as typeof pg.types.getTypeParser,
};
