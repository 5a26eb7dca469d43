import type { Behaviour } from './fake-gateway.js';
import { answers } from './fake-gateway.js';

export interface StationSettingsOf {
  [key: string]: string;
}

/** A station that keeps settings: what it answers to GetConfiguration and ChangeConfiguration, and what it was asked. */
export class ConfiguredStation {
  /** Keys of each GetConfiguration. */
  readonly readings: string[][] = [];
  readonly changes: [key: string, value: string][] = [];

  constructor(
    readonly settings: StationSettingsOf,
    private readonly o: {
      /** Most keys of one answer, when all are asked for. */
      cutAt?: number;
      /** Says that it took a value, and keeps its own. */
      keeps?: readonly string[];
      rebootFor?: readonly string[];
    } = {},
  ) {}

  readonly behaviour: Behaviour = (command) => {
    if (command.action === 'GetConfiguration') return answers(this.read((command.payload as { key?: string[] }).key ?? []))(command);
    if (command.action !== 'ChangeConfiguration') return answers({ status: 'Accepted' })(command);
    const { key, value } = command.payload as { key: string; value: string };
    return answers({ status: this.change(key, value) })(command);
  };

  private read(asked: readonly string[]) {
    this.readings.push([...asked]);
    const names = Object.keys(this.settings);
    const known = asked.length === 0 ? names.slice(0, this.o.cutAt) : names.filter((name) => asked.some((key) => same(key, name)));
    return {
      configurationKey: known.map((key) => ({ key, readonly: key === 'NumberOfConnectors', value: this.settings[key] })),
      unknownKey: asked.filter((key) => !names.some((name) => same(key, name))),
    };
  }

  private change(key: string, value: string): string {
    this.changes.push([key, value]);
    const name = Object.keys(this.settings).find((known) => same(known, key));
    if (name === undefined) return 'NotSupported';
    if (this.o.rebootFor?.includes(name) === true) return 'RebootRequired';
    if (this.o.keeps?.includes(name) !== true) this.settings[name] = value;
    return 'Accepted';
  }
}

function same(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}
