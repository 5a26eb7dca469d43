import { declareErrors } from '@ampline/kernel-errors';

export const firmwareErrors = declareErrors('csms.firmware', {
  imageUnknown: { kind: 'not-found', level: 'info', message: 'There is no such firmware image.', mend: 'List the images of the tenant.' },
  imageTooLarge: {
    kind: 'exhausted',
    level: 'info',
    message: 'The image is larger than the limit.',
    mend: 'Raise OCPP_CSMS_FIRMWARE_MAX_BYTES if images of this size are meant to be kept.',
  },
  imageDiffers: {
    kind: 'invalid',
    level: 'info',
    message: 'What arrived is not the image that was announced: its size or its sha256 differ.',
    mend: 'Upload it again; compare the sha256 with the one of the manufacturer.',
  },
  imageVersionTaken: {
    kind: 'conflict',
    level: 'info',
    message: 'There is an image of this version for the vendor and model.',
    mend: 'Use that one, or retire it first.',
  },
  imageInUse: {
    kind: 'conflict',
    level: 'info',
    message: 'A campaign that has not ended needs the image.',
    mend: 'Abort the campaign, or wait for its end.',
  },
  imageNotAvailable: {
    kind: 'conflict',
    level: 'info',
    message: 'The image is retired, or its upload is not complete.',
    mend: 'Choose another image.',
  },
  campaignUnknown: { kind: 'not-found', level: 'info', message: 'There is no such campaign.', mend: 'List the campaigns of the tenant.' },
  campaignNameTaken: { kind: 'conflict', level: 'info', message: 'Another campaign has this name.', mend: 'Choose another name.' },
  campaignEmpty: {
    kind: 'conflict',
    level: 'info',
    message: 'The target selects no station that could be updated.',
    mend: 'Vendor and model of the image have to be those that stations report; those that run the version already are left out.',
  },
  campaignStateImpossible: {
    kind: 'conflict',
    level: 'info',
    message: 'The campaign cannot go from its state to this one.',
    mend: 'A draft or a paused one can be started, a running one paused, and all that have not ended aborted.',
  },
});
