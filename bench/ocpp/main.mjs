// `npm run bench:ocpp [-- <form> …]`: the station path and the connection layer, one question per form.
import { parseArgs } from 'node:util';
import { writeSection } from '../support/document.mjs';

const FORMS = {
  path: { file: './path.mjs', section: 'ocpp', asks: 'what it costs to answer a station only once the fact is durable' },
  fleet: { file: './fleet.mjs', section: 'ocpp-fleet', asks: 'what 15,000 connected stations cost one gateway, in memory above all' },
  writer: { file: './writer.mjs', section: 'ocpp-writer', asks: 'what the writer of meter values does next to one row a commit' },
  replicas: { file: './replicas.mjs', section: 'ocpp-replicas', asks: 'whether a second gateway carries as much as the first' },
  storm: { file: './storm.mjs', section: 'ocpp-storm', asks: 'how fast a storm of reconnects is let in, and who feels it' },
};

const HELP = `Usage: npm run bench:ocpp -- [form] [options]

${Object.entries(FORMS)
  .map(([name, { asks }]) => `  ${name.padEnd(14)} ${asks}`)
  .join('\n')}

  --<option> N   of the form; without a value they are told
  --write        write the result into docs/benchmarks.md
  --help         this text

Exit code 1 when a target is missed.
`;

async function main() {
  const [name = 'path', ...args] = process.argv[2]?.startsWith('--') === false ? process.argv.slice(2) : ['path', ...process.argv.slice(2)];
  const form = FORMS[name];
  if (!form || args.includes('--help')) return void process.stdout.write(HELP);
  const { run, TITLE, OPTIONS } = await import(form.file);
  const given = Object.fromEntries(Object.keys(OPTIONS).map((option) => [option, { type: 'string' }]));
  const { values } = parseArgs({ args, options: { ...given, write: { type: 'boolean' } } });
  const options = Object.fromEntries(Object.entries(OPTIONS).map(([option, usual]) => [option, Number(values[option] ?? usual)]));
  if (!Object.values(options).every((value) => value >= 0)) throw new Error(`Options are numbers: ${JSON.stringify(OPTIONS)}.`);
  const { text, met } = await run(options);
  console.log(`\n${text}`);
  if (values.write) writeSection(form.section, TITLE, text);
  process.exitCode = met ? 0 : 1;
}

await main();
