import { SignedVerdict as WireVerdict, type GetSignedValuesResponse, type MeterKey as WireKey } from '@ampline/contracts';
import { timestampMs } from '@bufbuild/protobuf/wkt';
import type { SignedValues, SignedVerdict } from '../generated/graphql.js';
import { enumPair } from '../mapping/enum-pair.js';
import { iso, textOrNull } from '../mapping/values.js';

const verdicts = enumPair<WireVerdict, SignedVerdict>()({
  [WireVerdict.UNSPECIFIED]: undefined,
  [WireVerdict.VERIFIED]: 'VERIFIED',
  [WireVerdict.UNVERIFIABLE]: 'UNVERIFIABLE',
  [WireVerdict.WRONG]: 'WRONG',
});

/** Null for a session whose meter signs nothing. */
export function signedValuesOf({ verdict, values, energyMilliWh }: GetSignedValuesResponse): SignedValues | null {
  if (verdict === undefined && values.length === 0) return null;
  return {
    verdict: verdict ? verdicts.word(verdict.verdict) : null,
    reason: textOrNull(verdict?.reason ?? ''),
    algorithm: textOrNull(verdict?.algorithm ?? ''),
    publicKey: textOrNull(verdict?.publicKey ?? ''),
    energyMilliWh: energyMilliWh ?? null,
    values: values.map(({ receivedAt, context, value, format }) => ({
      receivedAt: iso(receivedAt),
      context,
      value,
      format: textOrNull(format),
    })),
  };
}

/** Null for a key that is as old as any session. */
export function validFromOf({ validFrom }: WireKey): string | null {
  return validFrom && timestampMs(validFrom) > 0 ? iso(validFrom) : null;
}
