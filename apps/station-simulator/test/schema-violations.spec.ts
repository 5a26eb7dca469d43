import { describe, expect, it } from '@jest/globals';
import { OCPP16_ACTIONS, validateInbound, type MessageKind, type Ocpp16Action } from '@ampline/protocol-ocpp';
import { examplePayload, schemaViolations, type SchemaViolation } from '../src/index.js';

const NOW = new Date('2026-05-01T12:00:00Z');
const ACTIONS = Object.keys(OCPP16_ACTIONS) as Ocpp16Action[];
const MESSAGES = ACTIONS.flatMap((action) =>
  (['request', 'response'] as const).map((message): [Ocpp16Action, MessageKind] => [action, message]),
);

describe('every way to break the schema of', () => {
  it.each(MESSAGES)('%s %s is judged as the standard and our leniency say', (action, message) => {
    expect(validateInbound(action, message, examplePayload(action, message, NOW), 'strict')).toMatchObject({ ok: true });
    const violations = schemaViolations(action, message, NOW);
    expect(violations.length).toBeGreaterThan(0);
    for (const policy of ['strict', 'lenient'] as const) {
      const judged = violations.map((violation) => [labelOf(violation), judge(violation, policy)]);
      expect(judged).toEqual(violations.map((violation) => [labelOf(violation), violation.fate[policy]]));
    }
  });

  it('any message is among them', () => {
    const all = MESSAGES.flatMap(([action, message]) => schemaViolations(action, message, NOW));
    expect(new Set(all.map(({ kind }) => kind)).size).toBe(13);
    expect(all.length).toBeGreaterThan(1_000);
  });
});

function labelOf({ kind, path }: SchemaViolation): string {
  return `${kind} ${path}`;
}

/** A `null` that is left out may leave an item behind that is left out as well: what was foreseen has to be among the deviations. */
function judge({ action, message, payload, fate }: SchemaViolation, policy: 'strict' | 'lenient') {
  const result = validateInbound(action, message, payload, policy);
  if (!result.ok) return { refused: result.code };
  const foreseen = fate[policy];
  const kinds = result.deviations.map(({ kind }) => kind);
  return { noted: 'noted' in foreseen && kinds.includes(foreseen.noted) ? foreseen.noted : kinds[0] };
}
