import type { CommandHandler } from './command-handler.js';

export const getLocalListVersion: CommandHandler<'GetLocalListVersion'> = ({ parts }) => ({
  response: { listVersion: parts.localList.reportedVersion },
});

export const sendLocalList: CommandHandler<'SendLocalList'> = ({ parts }, request) => ({
  response: { status: parts.localList.take(request) },
});
