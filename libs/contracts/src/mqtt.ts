/**
 * OCPP over MQTT through the listener of the NATS server: topics, and the subjects that they are to the services.
 * docs/protocols/mqtt.md
 */
import { fromSubjectToken, subjectToken } from '@ampline/kernel-ids';

/** Topic of a station without its last level; that is `in` (from the station), `out` (to it) or `status`. */
export const DEFAULT_MQTT_TOPIC = 'ocpp/<tenant>/<station>';

/** Stations' topics come into the account of the services under this prefix. */
const PREFIX = 'mqtt';

/** Last level of a topic. */
export type MqttLevel = 'in' | 'out' | 'status';

/** Where gateways tell each other of MQTT stations. */
export const MqttSubject = {
  /** All that stations send. */
  all: `${PREFIX}.>`,
  /** The gateway that holds the station takes the frame: body the frame, reply empty. */
  frame: (place: string) => `ocpp.mqtt.frame.${subjectToken(place)}`,
  allFrames: 'ocpp.mqtt.frame.*',
  /** A gateway that ends leaves the station to another one: body the place. */
  adopt: 'ocpp.mqtt.adopt',
} as const;

/** Whose place a subject is. */
export interface MqttPlace {
  /** The subject without prefix and last level: `ocpp.demo.EXT-001`. */
  place: string;
  /** Absent: the topic does not name it. */
  tenant?: string;
  station: string;
}

const LEVEL = /^(?:[A-Za-z0-9_-]+|<tenant>|<station>)$/;

/** One form of topic: `ocpp/<tenant>/<station>`. */
export class MqttTopic {
  private readonly levels: readonly string[];

  constructor(template: string) {
    this.levels = template.split('/');
  }

  /** Levels of letters, digits, `_` and `-` (nats-server 2.9 takes no dot), `<station>` once, `<tenant>` at most once. */
  static isTemplate(template: string): boolean {
    const levels = template.split('/');
    const count = (level: string) => levels.filter((l) => l === level).length;
    return levels.every((level) => LEVEL.test(level)) && count('<station>') === 1 && count('<tenant>') <= 1;
  }

  get namesTenant(): boolean {
    return this.levels.includes('<tenant>');
  }

  /** Subject of every station, with wildcards, as the account of the stations has it. */
  pattern(level: MqttLevel): string {
    return [...this.levels.map((l) => (isPlaceholder(l) ? '*' : l)), level].join('.');
  }

  /** The same with its wildcards numbered, for a mapping. */
  mapping(level: MqttLevel): string {
    let n = 0;
    return [...this.levels.map((l) => (isPlaceholder(l) ? `$${(n += 1)}` : l)), level].join('.');
  }

  /** Subject of one station in the account of the stations; with `/` for `.` its topic. */
  subject(tenant: string, station: string, level: MqttLevel): string {
    const names: Record<string, string> = { '<tenant>': tenant, '<station>': station };
    return [...this.levels.map((l) => (isPlaceholder(l) ? subjectToken(names[l] ?? '') : l)), level].join('.');
  }

  /** Undefined when it is a subject of another form. */
  read(place: string): MqttPlace | undefined {
    const tokens = place.split('.');
    if (tokens.length !== this.levels.length) return undefined;
    if (!this.levels.every((level, i) => isPlaceholder(level) || level === tokens[i])) return undefined;
    const named = (placeholder: string) => tokens[this.levels.indexOf(placeholder)];
    const tenant = named('<tenant>');
    return {
      place,
      ...(tenant !== undefined && { tenant: fromSubjectToken(tenant) }),
      station: fromSubjectToken(named('<station>') ?? ''),
    };
  }
}

/** The subject under which the services hear or say it. */
export function servicesSubject(subject: string): string {
  return `${PREFIX}.${subject}`;
}

/** `mqtt.ocpp.demo.EXT-001.in` → `ocpp.demo.EXT-001`, `in`. */
export function splitServicesSubject(subject: string): { place: string; level: string } {
  const tokens = subject.split('.');
  return { place: tokens.slice(1, -1).join('.'), level: tokens.at(-1) ?? '' };
}

function isPlaceholder(level: string): boolean {
  return level.startsWith('<');
}
