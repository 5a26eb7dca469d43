import { declareErrors } from '@ampline/kernel-errors';

export const gatewayErrors = declareErrors('ocpp-gateway', {
  listenFailed: {
    kind: 'conflict',
    level: 'error',
    message: 'The port for charging stations cannot be listened on.',
    mend: 'Stop the program that holds the port, or choose another with OCPP_GATEWAY_HOST and OCPP_GATEWAY_PORT.',
  },
  tlsFilesUnusable: {
    kind: 'invalid',
    level: 'error',
    message: 'The certificate or key files of the TLS port cannot be used.',
    mend: 'Name readable PEM files that belong together in OCPP_GATEWAY_TLS_CERTIFICATE_FILES and OCPP_GATEWAY_TLS_KEY_FILES, one key for each certificate.',
  },
  badProxyAddress: {
    kind: 'invalid',
    level: 'error',
    message: 'A trusted proxy is neither an address nor a network.',
    mend: 'Write OCPP_GATEWAY_TRUSTED_PROXIES as addresses or CIDR networks, separated by commas.',
  },
  notListening: {
    kind: 'unavailable',
    level: 'warn',
    message: 'The gateway takes no stations: it is starting or stopping.',
    mend: 'Wait; when it lasts, look at the log of this replica.',
  },
  badCommand: {
    kind: 'invalid',
    level: 'error',
    message: 'A command lacks one of its headers.',
    mend: 'Deploy a gateway and a back end whose versions of libs/contracts agree.',
  },
  unreadableReply: {
    kind: 'internal',
    level: 'error',
    message: 'The back end answered what the contract does not know.',
    mend: 'Deploy a gateway and a back end whose versions of libs/contracts agree.',
  },
});
