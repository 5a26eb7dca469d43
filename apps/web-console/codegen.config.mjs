// Types of the console's operations from the schema: `node tools/generate.mjs` runs it.
export default {
  schema: 'apps/api-gateway/schema/*.graphql',
  documents: 'apps/web-console/src/**/*.graphql',
  generates: {
    'apps/web-console/src/generated/graphql.ts': {
      plugins: ['typescript-operations', 'typed-document-node'],
      config: {
        useTypeImports: true,
        enumsAsTypes: true,
        skipTypename: false,
        nonOptionalTypename: true,
        defaultScalarType: 'unknown',
        scalars: { ID: 'string', DateTime: 'string', Long: 'number', JSON: 'unknown' },
      },
    },
  },
};
