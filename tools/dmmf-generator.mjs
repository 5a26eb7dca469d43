// A Prisma generator (JSON-RPC: requests on stdin, answers on stderr) that writes the data model as a TypeScript module,
// so that a test can compare schema.prisma with the migrated database, column by column.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { createInterface } from 'node:readline';

const DECLARATION = `export const dmmf: {
  models: {
    name: string;
    dbName: string | null;
    fields: {
      name: string;
      dbName: string | null;
      kind: string;
      type: string;
      isList: boolean;
      isRequired: boolean;
      nativeType: [string, string[]] | null;
    }[];
  }[];
  enums: { name: string; dbName: string | null; values: { name: string; dbName: string | null }[] }[];
}`;

const named = ({ name, dbName = null }) => ({ name, dbName });
const field = ({ kind, type, isList, isRequired, nativeType = null, ...rest }) => ({
  ...named(rest),
  kind,
  type,
  isList,
  isRequired,
  nativeType,
});

const methods = {
  getManifest: () => ({ manifest: { prettyName: 'data model', defaultOutput: 'dmmf.ts', version: '1' } }),
  generate: ({ generator, dmmf }) => {
    const file = generator.output.value;
    mkdirSync(dirname(file), { recursive: true });
    const models = dmmf.datamodel.models.map((model) => ({ ...named(model), fields: model.fields.map(field) }));
    const enums = dmmf.datamodel.enums.map((one) => ({ ...named(one), values: one.values.map(named) }));
    writeFileSync(file, `${DECLARATION} = ${JSON.stringify({ models, enums }, null, 2)};\n`);
    return null;
  },
  stop: () => process.exit(0),
};

createInterface({ input: process.stdin }).on('line', (line) => {
  const { id, method, params } = JSON.parse(line);
  const result = methods[method]?.(params);
  process.stderr.write(`${JSON.stringify({ jsonrpc: '2.0', result, id })}\n`);
});
