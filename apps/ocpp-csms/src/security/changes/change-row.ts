/** A station on its way to another key or profile. */
export interface ChangeRow {
  change_id: string;
  tenant_id: string;
  station_id: string;
  identity: string;
  /** Slug of the tenant. */
  tenant: string;
  kind: ChangeKind;
  to_profile: number | null;
  root_certificate: string | null;
  with_key: boolean;
  step: ChangeStep;
  state: ChangeState;
  problem: string | null;
  new_key: Buffer | null;
  new_key_hash: string | null;
  asked_at: Date | null;
  told_epoch: bigint | null;
  requested_by: string;
  requested_at: Date;
  deadline: Date;
  finished_at: Date | null;
}

export type ChangeKind = 'rotate-key' | 'raise-profile';
/** In their order; those that a change does not need are left out. */
export type ChangeStep = 'root' | 'key' | 'certificate' | 'profile' | 'reconnect';
export type ChangeState = 'open' | 'done' | 'rolled-back' | 'unconfirmed';

/** Why a change did not come to its end: stable. */
export type ChangeProblem =
  | 'root-refused'
  | 'key-refused'
  | 'certificate-refused'
  | 'profile-refused'
  /** The station did not answer in time, or was not there. */
  | 'not-reached'
  | 'no-certificate'
  /** It was told, and did not come back with what is new. */
  | 'not-seen';

/** Over the aliases c of `security_change`, s of `charging_station` and t of `tenant`. */
export const CHANGE_COLUMNS = `
  c.change_id, c.tenant_id, c.station_id, s.identity, t.slug AS tenant, c.kind, c.to_profile, c.root_certificate, c.with_key, c.step, c.state,
  c.problem, c.new_key, c.new_key_hash, c.asked_at, c.told_epoch, c.requested_by, c.requested_at, c.deadline, c.finished_at`;

/** Steps of a change, in the order in which they are taken. */
export function stepsOf({
  kind,
  with_key,
  root_certificate,
  to_profile,
}: Pick<ChangeRow, 'kind' | 'with_key' | 'root_certificate' | 'to_profile'>) {
  const raises = kind === 'raise-profile';
  const steps: ChangeStep[] = [
    ...(root_certificate === null ? [] : (['root'] as const)),
    ...(with_key ? (['key'] as const) : []),
    ...(to_profile === 3 ? (['certificate'] as const) : []),
    ...(raises ? (['profile'] as const) : []),
    'reconnect',
  ];
  return steps;
}

/** The step after one. */
export function stepAfter(change: ChangeRow): ChangeStep {
  const steps = stepsOf(change);
  return steps[steps.indexOf(change.step) + 1] ?? 'reconnect';
}
