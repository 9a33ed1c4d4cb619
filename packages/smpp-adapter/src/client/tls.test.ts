import assert from 'node:assert/strict';
import { ClientWorld, never, outbound } from './client-world.test.support.js';
import { testCertificate } from './test-certificate.test.support.js';
import type { SmppTls } from './transport-options.js';

const { cert, key, fingerprint, servername } = testCertificate;

describe('an SMPP transport over TLS', () => {
  const world = new ClientWorld();
  afterEach(() => world.closeAll());

  const cases: [name: string, tls: boolean | SmppTls, trouble: RegExp | null][] = [
    ['takes a certificate of the authority it is given', { ca: cert, servername }, null],
    ['refuses one that nobody has signed', true, /could not connect: (self-signed|unable to verify|self signed)/],
    ['refuses one for another name', { ca: cert, servername: 'other.test' }, /does not match/],
    ['refuses one for another host when no name is given', { ca: cert }, /does not match/],
    ['takes the one that is pinned', { pin: fingerprint }, null],
    ['takes the pin without colons as well', { pin: fingerprint.replaceAll(':', '').toLowerCase() }, null],
    ['refuses one that is not pinned', { pin: fingerprint.replace(/^../, '00') }, /is not the one that is pinned/],
    ['wants the pin beside the authority', { ca: cert, servername, pin: '00' }, /is not the one that is pinned/],
    ['takes any when it is told to', { rejectUnauthorized: false }, null],
  ];
  for (const [name, tls, trouble] of cases) {
    it(name, async () => {
      const smsc = await world.simulator({ tls: { cert, key } });
      const transport = await world.transport(smsc.port!, { tls });
      if (trouble === null) {
        assert.equal(transport.trouble(), null);
        const [outcome] = await Promise.all(transport.submit([outbound()], never));
        assert.equal(outcome?.kind, 'accepted');
      } else {
        assert.match(transport.trouble() ?? '', trouble);
        assert.equal(smsc.counts().refusedBinds + smsc.counts().binds, 0, 'the password was sent');
      }
    });
  }

  it('fails at an operator that does not speak it', async () => {
    const smsc = await world.simulator();
    const transport = await world.transport(smsc.port!, { tls: true });
    assert.match(transport.trouble() ?? '', /could not connect/);
  });
});
