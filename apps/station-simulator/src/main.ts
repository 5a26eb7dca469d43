import { simulate } from './command-line.js';

const interrupted = new Promise<void>((resolve) => {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
});
const live = process.stdout.isTTY;

process.exitCode = await simulate(process.argv.slice(2), {
  interrupted,
  print: (line) => void process.stdout.write(`${line}\n`),
  progress: (line) => void process.stdout.write(live ? `\r\u001b[K${line}` : `${line}\n`),
});
