// Warns of what has grown too large to be read in one sitting. Warnings only: a review decides.
import { readFileSync } from 'node:fs';
import ts from 'typescript';
import { at, filesBelow, foldersOf, isProgram } from './support/workspace.mjs';

export const LIMITS = { fileLines: 400, constructorParameters: 6, platformLibraryLines: 600, grpcMethods: 20 };

const isCode = (file) => /\.(ts|tsx|mjs)$/.test(file) && !file.endsWith('.d.ts');
const isTest = (file) => /\.spec\.tsx?$/.test(file);
const textOf = (file) => readFileSync(at(file), 'utf8');
const linesOf = (text) => text.split('\n').length - 1;

/** @returns {string[]} one sentence per alarm */
export function sizeAlarms() {
  const code = ['apps', 'libs', 'bench', 'tools'].flatMap((folder) => filesBelow(folder, isCode));
  const proto = filesBelow('proto', (file) => file.endsWith('.proto'));
  return [
    ...code.flatMap((file) => largeFile(file, textOf(file))),
    ...code.filter((file) => file.endsWith('.ts')).flatMap((file) => largeConstructors(file, textOf(file))),
    ...foldersOf('libs').flatMap(largeLibrary),
    ...proto.flatMap((file) => largeServices(file, textOf(file))),
  ];
}

function largeFile(file, text) {
  const lines = linesOf(text);
  return lines > LIMITS.fileLines ? [`${file}: ${lines} lines (limit ${LIMITS.fileLines})`] : [];
}

export function largeConstructors(file, text) {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const alarms = [];
  const visit = (node) => {
    if (ts.isConstructorDeclaration(node) && node.parameters.length > LIMITS.constructorParameters) {
      const { line } = source.getLineAndCharacterOfPosition(node.getStart());
      alarms.push(`${file}:${line + 1}: constructor with ${node.parameters.length} parameters (limit ${LIMITS.constructorParameters})`);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return alarms;
}

function largeLibrary(folder) {
  if (!folder.startsWith('libs/platform-')) return [];
  const files = filesBelow(`${folder}/src`, (file) => isCode(file) && !isTest(file));
  const lines = files.reduce((sum, file) => sum + linesOf(textOf(file)), 0);
  return lines > LIMITS.platformLibraryLines ? [`${folder}: ${lines} lines of library (limit ${LIMITS.platformLibraryLines})`] : [];
}

export function largeServices(file, text) {
  const code = text.replace(/\/\/.*$/gm, '');
  return [...code.matchAll(/^service\s+(\w+)\s*\{([\s\S]*?)^\}/gm)].flatMap(([, name, body]) => {
    const methods = body.match(/^\s*rpc\s/gm)?.length ?? 0;
    return methods > LIMITS.grpcMethods ? [`${file}: service ${name} has ${methods} methods (limit ${LIMITS.grpcMethods})`] : [];
  });
}

if (isProgram(import.meta.url)) for (const alarm of sizeAlarms()) console.log(`size: ${alarm}`);
