/** What every SMPP benchmark submits: 97 characters of GSM 7-bit, one octet each. */
export const submitText =
  'The quick brown fox jumps over the lazy dog, and then once more for the sake of the measurement..';
export const destination = '255712345678';

export const submitFields = {
  source_addr_ton: 5,
  source_addr_npi: 0,
  source_addr: 'MYAPP',
  dest_addr_ton: 1,
  dest_addr_npi: 1,
  destination_addr: destination,
  registered_delivery: 1,
} as const;

/** How our transport binds to the operator of a benchmark, but for its port. */
export const benchOperator = {
  name: 'operator',
  host: '127.0.0.1',
  systemId: 'bench',
  password: 'bench',
  window: 100,
} as const;
