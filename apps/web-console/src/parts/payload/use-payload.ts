import { failureOf } from '@ampline/ui';
import { useEffect, useEffectEvent, useMemo, useState } from 'react';
import { useText } from '../../messages.js';
import { draftOf, emptyDraft, payloadOf, problemsOf, type Draft } from './draft.js';
import type { PayloadSchema } from './payload-schema.js';

const NONE: ReadonlyMap<string, string> = new Map();
const NOTHING: PayloadSchema = { type: 'object' };

/** A payload that somebody fills in, by fields or as JSON. */
export interface PayloadState {
  schema: PayloadSchema;
  draft: Draft;
  change: (draft: Draft) => void;
  /** What is written as JSON; undefined while the fields are shown. */
  json: string | undefined;
  writeJson: (json: string) => void;
  /** Shows the one or the other; JSON that is none keeps being shown. */
  showJson: (shown: boolean) => void;
  /** Sentences by JSON pointer; that of the JSON text itself is the empty one. */
  problems: ReadonlyMap<string, string>;
  /** The payload; undefined when something has to be mended first, and then it is said where. */
  read: () => unknown;
  /** Shows at the fields what the API does not take, as far as it names them. */
  refused: (error: unknown) => void;
}

/** @param schema begins anew when it changes */
export function usePayload(schema: PayloadSchema = NOTHING): PayloadState {
  const text = useText();
  const [draft, setDraft] = useState<Draft>(() => emptyDraft(schema));
  const [json, setJson] = useState<string>();
  const [problems, setProblems] = useState(NONE);
  const begin = useEffectEvent(() => {
    setDraft(emptyDraft(schema));
    setJson(undefined);
    setProblems(NONE);
  });
  useEffect(() => begin(), [schema]);

  return useMemo(() => {
    const readJson = () => {
      const payload = parsed(json ?? '');
      if (payload === undefined) setProblems(new Map([['', text('command.field.payloadProblem')]]));
      return payload;
    };
    return {
      schema,
      draft,
      change: setDraft,
      json,
      writeJson: setJson,
      showJson: (shown) => {
        if (shown) return setJson(JSON.stringify(payloadOf(schema, draft), null, 2));
        const payload = readJson();
        if (payload === undefined) return;
        setDraft(draftOf(schema, payload));
        setJson(undefined);
        setProblems(NONE);
      },
      problems,
      read: () => {
        if (json !== undefined) return readJson();
        const found = problemsOf(schema, draft);
        setProblems(new Map([...found].map(([at, problem]) => [at, text(`payload.problem.${problem}`)])));
        return found.size === 0 ? payloadOf(schema, draft) : undefined;
      },
      refused: (error) => {
        const { code, details } = failureOf(error);
        const violations = code === 'csms.payload-invalid' ? details['violations'] : undefined;
        if (Array.isArray(violations)) setProblems(new Map((violations as Violation[]).map(({ path, rule }) => [path, rule])));
      },
    };
  }, [schema, draft, json, problems, text]);
}

interface Violation {
  path: string;
  rule: string;
}

function parsed(json: string): object | undefined {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
