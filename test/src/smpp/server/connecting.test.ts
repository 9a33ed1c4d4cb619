import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { connect as connectPlain } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect as connectTls } from 'node:tls';
import { once } from 'node:events';
import { eventually } from '../../contracts/eventually.js';
import { describeOnDatabases } from '../../support/databases.js';
import { skipBecause } from '../../support/skip.js';
import { Esme, receiptedId } from './esme.js';
import {
  newDigits,
  openCustomer,
  serve,
  servedPlatformFor,
  type Customer,
  type ServedPlatform,
} from './served-platform.js';

/** A certificate of the test's own, which nobody trusts; undefined where there is no openssl. */
function selfSigned(): { cert: Buffer; key: Buffer } | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'smpp-tls-'));
  const [cert, key] = [join(folder, 'cert.pem'), join(folder, 'key.pem')];
  const wanted = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-subj', '/CN=localhost', '-days', '2'];
  try {
    execFileSync('openssl', ['req', '-x509', '-nodes', ...wanted, '-keyout', key, '-out', cert], { stdio: 'ignore' });
    return { cert: readFileSync(cert), key: readFileSync(key) };
  } catch {
    return undefined;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

describeOnDatabases(
  'connecting over SMPP',
  (open) => {
    const given = servedPlatformFor(open);
    let customer: Customer;
    before(async () => {
      customer = await openCustomer(given());
    });

    describe('with TLS', () => {
      let served: ServedPlatform;
      let certificate: { cert: Buffer; key: Buffer };
      before(async function () {
        const pair = selfSigned();
        if (!pair) skipBecause(this, 'there is no openssl to make a certificate with');
        certificate = pair;
        served = await serve(given(), { tls: { port: 0, ...pair } });
      });
      after(async () => {
        await Esme.closeAll();
        await (served as ServedPlatform | undefined)?.server.stop();
      });

      it('is the same as without', async () => {
        const esme = await Esme.bound(served.tlsPort!, customer, { tls: true });
        assert.equal((esme.socket as unknown as { getProtocol(): string }).getProtocol(), 'TLSv1.3');
        assert.equal(served.server.sessions(customer.accountId)[0]?.tls, true);
        const to = newDigits();
        const response = await esme.submit({ destination_addr: to });
        const { operator } = served;
        const isIt = ({ recipient }: { recipient: string }): boolean => recipient === `+${to}`;
        const { id } = await eventually('submitted', () => operator.submitted.find(isIt));
        await operator.receipt(id, 'delivered');
        assert.equal(receiptedId(await esme.delivery()), response.body.message_id);
        await esme.ask('unbind');
        await esme.closed();
      });

      it('may be behind a load balancer', async () => {
        const behind = await serve(given(), { tls: { port: 0, ...certificate }, proxyFrom: ['127.0.0.1'] });
        const raw = connectPlain({ port: behind.tlsPort!, host: '127.0.0.1' });
        raw.write('PROXY TCP4 203.0.113.7 10.0.0.1 56324 2776\r\n');
        const esme = await Esme.connect(behind.tlsPort!, {
          over: connectTls({ socket: raw, rejectUnauthorized: false }),
        });
        assert.equal((await esme.bind(customer)).status, 0);
        const [view] = behind.server.sessions(customer.accountId);
        assert.deepEqual([view?.remoteAddress, view?.tls], ['203.0.113.7', true]);
        await esme.close();
        await behind.server.stop();
      });

      it('is not to be had below 1.2', async () => {
        const socket = connectTls({
          port: served.tlsPort!,
          host: '127.0.0.1',
          rejectUnauthorized: false,
          maxVersion: 'TLSv1.1',
          minVersion: 'TLSv1',
          ciphers: 'DEFAULT@SECLEVEL=0',
        });
        await assert.rejects(once(socket, 'secureConnect'));
        socket.destroy();
      });

      it('is not what speaks plainly on its port', async () => {
        const esme = await Esme.connect(served.tlsPort!);
        esme.send('bind_transceiver', { system_id: customer.systemId, password: customer.password });
        await esme.closed();
        assert.deepEqual(esme.received, []);
        assert.equal((await Esme.bound(served.tlsPort!, customer, { tls: true })).isClosed, false);
      });
    });

    describe('behind a load balancer', () => {
      let served: ServedPlatform;
      before(async () => {
        served = await serve(given(), { proxyFrom: ['127.0.0.0/8'] });
      });
      after(async () => {
        await Esme.closeAll();
        await served.server.stop();
      });

      const version2 = (command: number, family: number, addresses: Buffer): Buffer => {
        const length = Buffer.from([addresses.length >> 8, addresses.length & 0xff]);
        const head = Buffer.from([0x20 | command, (family << 4) | 1]);
        return Buffer.concat([Buffer.from('\r\n\r\n\0\r\nQUIT\n', 'latin1'), head, length, addresses]);
      };
      const ports = Buffer.from([0x30, 0x39, 0x0a, 0xd7]);
      const headers: [what: string, header: Buffer, address: string][] = [
        ['version 1', Buffer.from('PROXY TCP4 203.0.113.7 10.0.0.1 56324 2775\r\n'), '203.0.113.7'],
        ['version 1, IPv6', Buffer.from('PROXY TCP6 2001:db8::7 ::1 56324 2775\r\n'), '2001:db8::7'],
        ['version 1, unknown', Buffer.from('PROXY UNKNOWN\r\n'), '127.0.0.1'],
        [
          'version 2',
          version2(1, 1, Buffer.concat([Buffer.from([198, 51, 100, 9, 10, 0, 0, 1]), ports])),
          '198.51.100.9',
        ],
        ['version 2, a health check', version2(0, 0, Buffer.alloc(0)), '127.0.0.1'],
      ];
      for (const [what, header, address] of headers) {
        it(`is told the customer’s address by a header of ${what}`, async () => {
          const esme = await Esme.connect(served.port, { first: header });
          assert.equal((await esme.bind(customer)).status, 0);
          assert.deepEqual(
            served.server.sessions(customer.accountId).map(({ remoteAddress }) => remoteAddress),
            [address],
          );
        });
      }

      it('is not without a header, nor with nonsense', async () => {
        for (const first of ['PROXY TCP4 mama 10.0.0.1 1 2\r\n', 'GET / HTTP/1.1\r\n\r\n', '']) {
          const esme = await Esme.connect(served.port, { first: Buffer.from(first) });
          esme.send('bind_transceiver', { system_id: customer.systemId, password: customer.password });
          await esme.closed();
          assert.deepEqual(esme.received, []);
        }
      });

      it('is nonsense from anywhere else', async () => {
        const esme = await Esme.connect(given().port, { first: headers[0]![1] });
        await esme.closed();
        assert.equal(esme.received[0]?.command, 'generic_nack');
      });
    });

    it('a thousand times without binding leaves the server answering', async function () {
      this.timeout(60_000);
      const idle = await Promise.all(
        Array.from({ length: 1_000 }, async () => {
          const socket = connectPlain({ port: given().port, host: '127.0.0.1' });
          socket.on('error', () => {});
          await Promise.race([once(socket, 'connect'), once(socket, 'close')]);
          return socket;
        }),
      );
      const { unbound } = given().server.counts();
      assert.ok(unbound <= 200, `${unbound} unbound`);
      const esme = await Esme.bound(given().port, customer);
      assert.equal((await esme.submit({ destination_addr: newDigits() })).status, 0);
      for (const socket of idle) socket.destroy();
      await eventually('they are forgotten', () => given().server.counts().unbound === 0);
    });

    it('closes who never binds', async () => {
      const served = await serve(given(), { session: { timers: { sessionInitMs: 100 } } });
      const esme = await Esme.connect(served.port);
      await esme.closed();
      await served.server.stop();
    });

    it('is refused for a system_id that its field does not hold', async () => {
      await assert.rejects(serve(given(), { systemId: 'x'.repeat(16) }), RangeError);
      await assert.rejects(serve(given(), { systemId: '' }), RangeError);
    });

    it('fails when the port is taken', async () => {
      await assert.rejects(serve(given(), { port: given().port }), { code: 'EADDRINUSE' });
    });
  },
  { on: ['better-sqlite3'] },
);
