// The stations' ledger against what the platform recorded. Pure: rows in, findings out.

/**
 * @typedef {import('@ampline/station-simulator').Ledger} Ledger
 * @typedef {{ station: string, ocppId: number, connector: number, idToken: string, startedRaw: string, meterStartWh: number, state: string,
 *   endedRaw: string | null, meterStopWh: number | null, energyWh: number }} TransactionRow
 * @typedef {{ station: string, action: string, messageId: string }} MessageRow an archived message with its answer
 * @typedef {{ station: string, connector: number, takenRaw: string, registerWh: number | null, rows: number }} ReadingRow
 * @typedef {{ station: string, ocppId: number, completed: boolean, energyWh: number, meterLastWh: number }} SessionRow
 * @typedef {Record<string, string[]>} Findings by kind, each one a line; all empty: nothing was lost
 */

const nameOf = ({ station, number }) => `${station} #${number}`;
const sameTime = (a, b) => a !== null && b !== null && a !== undefined && b !== undefined && Date.parse(a) === Date.parse(b);

/**
 * Sessions in the database of csms.
 * @param {Ledger} ledger @param {TransactionRow[]} rows @returns {Findings}
 */
export function compareTransactions(ledger, rows) {
  const byId = new Map(rows.map((row) => [row.ocppId, row]));
  const claimed = new Map();
  const findings = { lost: [], doubled: [], unfinished: [], wrong: [], 'given up by firmware': [] };
  for (const transaction of ledger.transactions) {
    const name = nameOf(transaction);
    if (transaction.start.fate.state === 'dropped' || transaction.stop?.fate.state === 'dropped')
      findings['given up by firmware'].push(name);
    if (transaction.start.fate.state !== 'acknowledged') continue;
    const row = byId.get(transaction.transactionId);
    if (row === undefined || row.station !== transaction.station) {
      findings.lost.push(`${name}: no transaction ${transaction.transactionId}`);
      continue;
    }
    if (claimed.has(row.ocppId)) findings.lost.push(`${name}: is one with ${claimed.get(row.ocppId)}`);
    claimed.set(row.ocppId, name);
    judge(transaction, row, findings);
  }
  for (const row of rows) if (!claimed.has(row.ocppId)) findings.doubled.push(`${row.station}: transaction ${row.ocppId} never was`);
  return findings;
}

function judge(transaction, row, findings) {
  const name = nameOf(transaction);
  const begun =
    row.connector === transaction.connectorId &&
    row.idToken === transaction.idToken &&
    sameTime(row.startedRaw, transaction.startedAt) &&
    row.meterStartWh === transaction.meterStartWh;
  if (!begun) findings.wrong.push(`${name}: another begin`);
  if (transaction.stop?.fate.state !== 'acknowledged') return;
  if (row.state !== 'ended') findings.unfinished.push(`${name}: ${row.state}`);
  else if (
    row.energyWh !== transaction.energyWh ||
    row.meterStopWh !== transaction.meterStopWh ||
    !sameTime(row.endedRaw, transaction.stoppedAt)
  ) {
    findings.wrong.push(`${name}: ${row.energyWh} Wh instead of ${transaction.energyWh} Wh, ended ${row.endedRaw}`);
  }
}

/**
 * Every message that a station was told is stored: is it?
 * @param {Ledger} ledger @param {MessageRow[]} rows @returns {Findings}
 */
export function compareMessages(ledger, rows) {
  const archived = new Set(rows.map(({ station, action, messageId }) => `${station} ${action} ${messageId}`));
  const acknowledged = ledger.messages.filter(({ fate }) => fate.state === 'acknowledged');
  const missing = acknowledged
    .map(({ station, action, acknowledgedId }) => `${station} ${action} ${acknowledgedId}`)
    .filter((key) => !archived.has(key));
  return { missing };
}

/**
 * Meter values between begin and end.
 * @param {Ledger} ledger @param {ReadingRow[]} rows @returns {Findings}
 */
export function compareReadings(ledger, rows) {
  const key = ({ station, at, registerWh }) => `${station} ${at} ${registerWh}`;
  const told = new Map();
  for (const { station, reading, fate, duplicate } of ledger.messages) {
    if (reading === undefined || duplicate || fate.state !== 'acknowledged') continue;
    const name = key({ station, ...reading });
    told.set(name, (told.get(name) ?? 0) + 1);
  }
  const stored = new Map(rows.map((row) => [key({ station: row.station, at: row.takenRaw, registerWh: row.registerWh }), row.rows]));
  const missing = [...told].filter(([name, count]) => (stored.get(name) ?? 0) < count).map(([name]) => name);
  const doubled = [...stored].filter(([name, count]) => count > (told.get(name) ?? 0)).map(([name]) => name);
  return { missing, doubled };
}

/**
 * The read model, which hears of sessions through facts.
 * @param {Ledger} ledger @param {SessionRow[]} rows @returns {Findings}
 */
export function compareSessions(ledger, rows) {
  const byId = new Map();
  for (const row of rows) byId.set(row.ocppId, [...(byId.get(row.ocppId) ?? []), row]);
  const findings = { lost: [], doubled: [], unfinished: [], wrong: [] };
  for (const transaction of ledger.transactions) {
    if (transaction.start.fate.state !== 'acknowledged') continue;
    const [row, ...more] = byId.get(transaction.transactionId) ?? [];
    byId.delete(transaction.transactionId);
    const name = nameOf(transaction);
    if (row === undefined) findings.lost.push(name);
    else if (more.length > 0) findings.doubled.push(name);
    else if (transaction.stop?.fate.state !== 'acknowledged') continue;
    else if (!row.completed) findings.unfinished.push(name);
    else if (row.energyWh !== transaction.energyWh)
      findings.wrong.push(`${name}: ${row.energyWh} Wh instead of ${transaction.energyWh} Wh`);
  }
  for (const [ocppId, [row]] of byId) findings.doubled.push(`${row.station}: session ${ocppId} never was`);
  return findings;
}

export const isClean = (findings) => Object.values(findings).every((lines) => lines.length === 0);
