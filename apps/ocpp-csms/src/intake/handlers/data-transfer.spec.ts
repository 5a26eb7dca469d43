import { describe, expect, it } from '@jest/globals';
import type { CallWork } from '../call-work.js';
import { dataTransfer, VENDOR_EXTENSIONS, type VendorMessage } from './data-transfer.js';

const echo: VendorMessage = async (_work, data) => ({ status: 'Accepted', ...(data !== undefined && { data }) });
const refuse: VendorMessage = async () => ({ status: 'Rejected' });
const EXTENSIONS = new Map([
  [
    'org.example',
    new Map([
      ['echo', echo],
      ['', refuse],
    ]),
  ],
]);
const ANY_WORK = {} as CallWork;

describe('a vendor extension', () => {
  it.each([
    [
      { vendorId: 'org.example', messageId: 'echo', data: 'x' },
      { status: 'Accepted', data: 'x' },
    ],
    [{ vendorId: 'org.example', messageId: 'echo' }, { status: 'Accepted' }],
    [{ vendorId: 'org.example' }, { status: 'Rejected' }],
    [{ vendorId: 'org.example', messageId: 'Echo' }, { status: 'UnknownMessageId' }],
    [{ vendorId: 'com.example', messageId: 'echo' }, { status: 'UnknownVendorId' }],
  ])('%j: %j', async (request, response) => {
    expect(await dataTransfer(EXTENSIONS)(ANY_WORK, request)).toEqual(response);
  });

  it('is known to nobody yet', async () => {
    expect(await dataTransfer(VENDOR_EXTENSIONS)(ANY_WORK, { vendorId: 'org.example' })).toEqual({ status: 'UnknownVendorId' });
  });
});
