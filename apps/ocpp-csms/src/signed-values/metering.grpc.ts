import {
  MeteringService,
  type GetSignedValuesRequest,
  type GetSignedValuesResponseSchema,
  type ListMeterKeysRequest,
  type ListMeterKeysResponseSchema,
  type RegisterMeterKeyRequest,
  type RegisterMeterKeyResponseSchema,
  type RevokeMeterKeyRequest,
  type RevokeMeterKeyResponseSchema,
} from '@ampline/contracts';
import { Rpc, type RpcCall } from '@ampline/platform-grpc';
import { findAlgorithm, readPublicKey, SIGNATURE_ALGORITHMS, type KeyProblem, type MeterPublicKey } from '@ampline/protocol-ocmf';
import type { MessageInitShape } from '@bufbuild/protobuf';
import { timestampDate } from '@bufbuild/protobuf/wkt';
import { Controller } from '@nestjs/common';
import { check, checkedId } from '../stations/field-checks.js';
import { meteringErrors } from './errors.js';
import { MeterKeyStore } from './meter-keys.store.js';
import { SignedValueReads } from './signed-values.reads.js';

const PROBLEM: Record<KeyProblem, () => Error> = {
  unreadable: () => meteringErrors.keyUnreadable(),
  curve: () => meteringErrors.keyCurve(),
  ambiguous: () => meteringErrors.keyAmbiguous({ algorithms: Object.keys(SIGNATURE_ALGORITHMS) }),
};

/** Keys of meters, and what sessions' signed values are worth. */
@Controller()
export class MeteringGrpc {
  constructor(
    private readonly keys: MeterKeyStore,
    private readonly reads: SignedValueReads,
  ) {}

  @Rpc(MeteringService.method.registerMeterKey)
  async registerMeterKey(
    request: RegisterMeterKeyRequest,
    call: RpcCall,
  ): Promise<MessageInitShape<typeof RegisterMeterKeyResponseSchema>> {
    const { evseNumber, meterSerial, note, validFrom } = request;
    check('evse_number', evseNumber >= 0 && evseNumber <= 64, '0, or the number of an EVSE');
    check('meter_serial', /^[\x20-\x7e]{0,100}$/.test(meterSerial), 'at most 100 printable ASCII characters');
    check('note', note.length <= 500 && !note.includes('\0'), 'at most 500 characters');
    const wanted = { stationId: checkedId('station_id', request.stationId), evseNumber, meterSerial, note, key: readKey(request) };
    return { meterKey: await this.keys.register(call, { ...wanted, ...(validFrom && { validFrom: timestampDate(validFrom) }) }) };
  }

  @Rpc(MeteringService.method.revokeMeterKey)
  async revokeMeterKey(request: RevokeMeterKeyRequest, call: RpcCall): Promise<MessageInitShape<typeof RevokeMeterKeyResponseSchema>> {
    return { meterKey: await this.keys.revoke(call, checkedId('meter_key_id', request.meterKeyId)) };
  }

  @Rpc(MeteringService.method.listMeterKeys)
  async listMeterKeys(request: ListMeterKeysRequest, call: RpcCall): Promise<MessageInitShape<typeof ListMeterKeysResponseSchema>> {
    return { meterKeys: await this.keys.list(call.tenantId, checkedId('station_id', request.stationId)) };
  }

  @Rpc(MeteringService.method.getSignedValues)
  async getSignedValues(request: GetSignedValuesRequest, call: RpcCall): Promise<MessageInitShape<typeof GetSignedValuesResponseSchema>> {
    const sessionId = checkedId('session_id', request.sessionId);
    const { verdict, values, energyMilliWh } = await this.reads.get(call.tenantId, call.caller, sessionId);
    return { ...(verdict && { verdict }), values, ...(energyMilliWh !== null && { energyMilliWh }) };
  }
}

function readKey({ publicKey, algorithm }: RegisterMeterKeyRequest): MeterPublicKey {
  const wanted = algorithm === '' ? undefined : findAlgorithm(algorithm);
  check('algorithm', algorithm === '' || wanted !== undefined, `empty, or one of ${Object.keys(SIGNATURE_ALGORITHMS).join(', ')}`);
  const read = readPublicKey(publicKey, wanted);
  if ('problem' in read) throw PROBLEM[read.problem]();
  check('algorithm', wanted === undefined || wanted === read.algorithm, `empty, or that of the key: ${read.algorithm}`);
  return read;
}
