import {
  CertificateAuthorityKind as AuthorityKindValue,
  CertificateRequestState as RequestStateValue,
  SecurityChangeKind as ChangeKindValue,
  SecurityChangeState as ChangeStateValue,
  StationCertificateState as CertificateStateValue,
} from '@ampline/contracts';
import type {
  CertificateAuthorityKind,
  CertificateRequestState,
  SecurityChangeKind,
  SecurityChangeState,
  StationCertificateState,
} from '../generated/graphql.js';
import { enumPair } from '../mapping/enum-pair.js';

export const authorityKinds = enumPair<AuthorityKindValue, CertificateAuthorityKind>()({
  [AuthorityKindValue.UNSPECIFIED]: undefined,
  [AuthorityKindValue.ROOT]: 'ROOT',
  [AuthorityKindValue.ISSUING]: 'ISSUING',
  [AuthorityKindValue.FOREIGN]: 'FOREIGN',
});

export const requestStates = enumPair<RequestStateValue, CertificateRequestState>()({
  [RequestStateValue.UNSPECIFIED]: undefined,
  [RequestStateValue.WAITING]: 'WAITING',
  [RequestStateValue.ISSUED]: 'ISSUED',
  [RequestStateValue.REFUSED]: 'REFUSED',
  [RequestStateValue.SUPERSEDED]: 'SUPERSEDED',
});

export const certificateStates = enumPair<CertificateStateValue, StationCertificateState>()({
  [CertificateStateValue.UNSPECIFIED]: undefined,
  [CertificateStateValue.ISSUED]: 'ISSUED',
  [CertificateStateValue.ACCEPTED]: 'ACCEPTED',
  [CertificateStateValue.REJECTED]: 'REJECTED',
  [CertificateStateValue.REPLACED]: 'REPLACED',
  [CertificateStateValue.REVOKED]: 'REVOKED',
});

export const changeKinds = enumPair<ChangeKindValue, SecurityChangeKind>()({
  [ChangeKindValue.UNSPECIFIED]: undefined,
  [ChangeKindValue.ROTATE_KEY]: 'ROTATE_KEY',
  [ChangeKindValue.RAISE_PROFILE]: 'RAISE_PROFILE',
});

export const changeStates = enumPair<ChangeStateValue, SecurityChangeState>()({
  [ChangeStateValue.UNSPECIFIED]: undefined,
  [ChangeStateValue.OPEN]: 'OPEN',
  [ChangeStateValue.DONE]: 'DONE',
  [ChangeStateValue.ROLLED_BACK]: 'ROLLED_BACK',
  [ChangeStateValue.UNCONFIRMED]: 'UNCONFIRMED',
});
