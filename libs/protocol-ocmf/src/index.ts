export { findAlgorithm, SIGNATURE_ALGORITHMS, type SignatureAlgorithm, type SignatureAlgorithmName } from './algorithms.js';
export { readPayload, type OcmfPayload, type ReadingReason, type SignedReading } from './payload.js';
export { readPublicKey, type KeyProblem, type MeterPublicKey } from './public-key.js';
export { readSignedValue, type OcmfRecord, type SignedValueFormat } from './record.js';
export { isSignedBy, readSignature, type OcmfSignature, type SignatureProblem } from './signature.js';
export { ocmfText, SigningMeter, type WrittenReading } from './signing-meter.js';
export { judgeRecords, type Expected, type SignedVerdict, type Unverifiable, type Wrong } from './verdict.js';
