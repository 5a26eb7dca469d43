import {
  DataFindingKind as FindingValue,
  ImportEffect as EffectValue,
  ImportKind as KindValue,
  ImportState as StateValue,
} from '@ampline/contracts';
import type { DataFindingKind, ImportEffect, ImportKind, ImportState } from '../generated/graphql.js';
import { enumPair } from '../mapping/enum-pair.js';

export const importKinds = enumPair<KindValue, ImportKind>()({
  [KindValue.UNSPECIFIED]: undefined,
  [KindValue.SITES]: 'SITES',
  [KindValue.LOCATIONS]: 'LOCATIONS',
  [KindValue.STATIONS]: 'STATIONS',
  [KindValue.ID_TOKENS]: 'ID_TOKENS',
});

export const importStates = enumPair<StateValue, ImportState>()({
  [StateValue.UNSPECIFIED]: undefined,
  [StateValue.CHECKING]: 'CHECKING',
  [StateValue.CHECKED]: 'CHECKED',
  [StateValue.APPLYING]: 'APPLYING',
  [StateValue.APPLIED]: 'APPLIED',
  [StateValue.FAILED]: 'FAILED',
});

export const importEffects = enumPair<EffectValue, ImportEffect>()({
  [EffectValue.UNSPECIFIED]: undefined,
  [EffectValue.CREATE]: 'CREATE',
  [EffectValue.CHANGE]: 'CHANGE',
  [EffectValue.KEEP]: 'KEEP',
  [EffectValue.ERROR]: 'ERROR',
});

export const findingKinds = enumPair<FindingValue, DataFindingKind>()({
  [FindingValue.UNSPECIFIED]: undefined,
  [FindingValue.EVSE_CODE_MISSING]: 'EVSE_CODE_MISSING',
  [FindingValue.EVSE_CODE_FORMAT]: 'EVSE_CODE_FORMAT',
  [FindingValue.EVSE_CODE_STRANGE]: 'EVSE_CODE_STRANGE',
  [FindingValue.EVSE_CODE_TWICE]: 'EVSE_CODE_TWICE',
  [FindingValue.POSITION_MISSING]: 'POSITION_MISSING',
  [FindingValue.POSITION_ZERO]: 'POSITION_ZERO',
  [FindingValue.POSITION_OUTSIDE_COUNTRY]: 'POSITION_OUTSIDE_COUNTRY',
  [FindingValue.POSITION_FAR]: 'POSITION_FAR',
  [FindingValue.ADDRESS_MISSING]: 'ADDRESS_MISSING',
  [FindingValue.POWER_IMPLAUSIBLE]: 'POWER_IMPLAUSIBLE',
  [FindingValue.OTHER_DEVICE]: 'OTHER_DEVICE',
  [FindingValue.SERIAL_TWICE]: 'SERIAL_TWICE',
  [FindingValue.IDENTITY_ALIKE]: 'IDENTITY_ALIKE',
  [FindingValue.NEVER_SEEN]: 'NEVER_SEEN',
  [FindingValue.NOT_SEEN]: 'NOT_SEEN',
  [FindingValue.CONNECTOR_SILENT]: 'CONNECTOR_SILENT',
  [FindingValue.CLOCK_OFF]: 'CLOCK_OFF',
});
