import assert from 'node:assert/strict';
import { readProxyHeader } from './proxy-header.js';

const version2 = (command: number, family: number, body: Buffer): Buffer =>
  Buffer.concat([
    Buffer.from('\r\n\r\n\0\r\nQUIT\n', 'latin1'),
    Buffer.from([0x20 | command, (family << 4) | 1, body.length >> 8, body.length & 0xff]),
    body,
  ]);
const ports = Buffer.from([1, 2, 3, 4]);
const ipv4 = Buffer.concat([Buffer.from([192, 0, 2, 7, 10, 0, 0, 1]), ports]);
const ipv6 = Buffer.concat([Buffer.from('20010db8000000000000000000000007'.repeat(2), 'hex'), ports]);

describe('a PROXY header', () => {
  const headers: [what: string, header: Buffer, address: string | undefined][] = [
    ['version 1', Buffer.from('PROXY TCP4 192.0.2.7 10.0.0.1 1 2\r\n'), '192.0.2.7'],
    ['version 1, IPv6', Buffer.from('PROXY TCP6 2001:db8::7 ::1 1 2\r\n'), '2001:db8::7'],
    ['version 1, unknown', Buffer.from('PROXY UNKNOWN whatever\r\n'), undefined],
    ['version 2', version2(1, 1, ipv4), '192.0.2.7'],
    ['version 2, IPv6', version2(1, 2, ipv6), '2001:db8:0:0:0:0:0:7'],
    ['version 2 with more behind', version2(1, 1, Buffer.concat([ipv4, Buffer.alloc(20)])), '192.0.2.7'],
    ['version 2, local', version2(0, 0, Buffer.alloc(0)), undefined],
    ['version 2, a Unix socket', version2(1, 3, Buffer.alloc(216)), undefined],
  ];
  for (const [what, header, address] of headers) {
    it(`of ${what} is read when it has come whole, and not before`, () => {
      for (let length = 0; length < header.length; length++) {
        assert.equal(readProxyHeader(header.subarray(0, length)), undefined, String(length));
      }
      const read = readProxyHeader(Buffer.concat([header, Buffer.from('the rest')]));
      assert.deepEqual(read, { address, octets: header.length });
    });
  }

  const nonsense: [what: string, octets: Buffer][] = [
    ['a bind', Buffer.from('0000002f00000009', 'hex')],
    ['HTTP', Buffer.from('GET / HTTP/1.1\r\n')],
    ['a line without an end', Buffer.from(`PROXY TCP4 ${'1'.repeat(120)}`)],
    ['no address', Buffer.from('PROXY TCP4 mama baba 1 2\r\n')],
    ['no family', Buffer.from('PROXY\u0020\r\n')],
    ['version 3', Buffer.concat([version2(1, 1, ipv4).fill(0x31, 12, 13)])],
    ['a length without end', Buffer.concat([version2(1, 1, ipv4).fill(0xff, 14, 16)])],
  ];
  for (const [what, octets] of nonsense) {
    it(`is not ${what}`, () => {
      assert.throws(() => readProxyHeader(octets));
    });
  }
});
