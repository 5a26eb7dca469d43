import type { Ocpp16Action, RequestOf } from '@ampline/protocol-ocpp';

/** A rule of OCPP 1.6 that a payload breaks, and where. */
export interface Violation {
  /** JSON pointer into the payload. */
  path: string;
  /** What has to hold there; reads on after the name of the field. */
  rule: string;
}

/** Judges a payload that its schema allows. */
export type Rule<A extends Ocpp16Action> = (payload: RequestOf<A>, now: Date) => Violation[];

/** What no schema says, by action. */
export type Rules = { readonly [A in Ocpp16Action]?: Rule<A> };

/** Nothing when it holds. */
export function demand(holds: boolean, path: string, rule: string): Violation[] {
  return holds ? [] : [{ path, rule }];
}

/** One connector, where it may be named at all: 0 would be the whole station. */
export function oneConnector(connectorId: number | undefined): Violation[] {
  return demand(connectorId === undefined || connectorId > 0, '/connectorId', 'must be above 0');
}

/** A connector, or 0 for the whole station. */
export function anyConnector(connectorId: number | undefined): Violation[] {
  return demand(connectorId === undefined || connectorId >= 0, '/connectorId', 'must not be below 0');
}

/** How often, and how many seconds apart, a station tries a transfer again. */
export function repetition(o: { retries?: number; retryInterval?: number }): Violation[] {
  return [
    ...demand((o.retries ?? 0) >= 0, '/retries', 'must not be below 0'),
    ...demand((o.retryInterval ?? 0) >= 0, '/retryInterval', 'must not be below 0'),
  ];
}

const TRANSFERS = ['ftp:', 'ftps:', 'sftp:', 'http:', 'https:'];

/** A URL of a protocol that stations transfer files by. */
export function fileUrl(url: string, path: string): Violation[] {
  const known = URL.canParse(url) && TRANSFERS.includes(new URL(url).protocol) && new URL(url).hostname !== '';
  return demand(known, path, 'must be a URL with ftp, ftps, sftp, http or https');
}

/** `to` is after `from`, where both are given. */
export function inOrder(from: string | undefined, to: string | undefined, path: string, rule: string): Violation[] {
  return demand(from === undefined || to === undefined || Date.parse(to) > Date.parse(from), path, rule);
}
