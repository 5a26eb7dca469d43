import type { CommandHandler } from './command-handler.js';

export const getDiagnostics: CommandHandler<'GetDiagnostics'> = ({ uploads }, request) => uploads.diagnostics(request);

export const getLog: CommandHandler<'GetLog'> = ({ uploads }, request) => uploads.log(request);

export const updateFirmware: CommandHandler<'UpdateFirmware'> = ({ firmware }, request) => ({
  response: {},
  then: () => firmware.update(request),
});

export const signedUpdateFirmware: CommandHandler<'SignedUpdateFirmware'> = ({ firmware }, request) => {
  const { status, then } = firmware.updateSigned(request);
  return { response: { status }, then };
};
